namespace MbMix.Cluster;

/// <summary>
/// The store did not answer, or belongs to somebody else now; what was asked for is to be asked again.
/// </summary>
internal sealed class StoreException(string message, Exception? inner = null) : MbMixException(message, inner);
