namespace MbMix.Cluster;

/// <summary>A request that the ledger refuses.</summary>
internal sealed class LedgerException(string message) : MbMixException(message);
