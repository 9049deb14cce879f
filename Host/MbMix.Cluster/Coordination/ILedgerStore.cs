namespace MbMix.Cluster;

/// <summary>Keeps the entries of a ledger.</summary>
internal interface ILedgerStore
{
    /// <summary>Reads all entries and becomes the only one that may write.</summary>
    Task<IReadOnlyList<RunEntry>> OpenAsync();

    /// <summary>Writes entries, all or none.</summary>
    /// <exception cref="StoreException">They may or may not have been written, or somebody else writes now.</exception>
    Task WriteAsync(IReadOnlyList<RunEntry> entries);
}
