using System.Net;

namespace MbMix.Cluster;

/// <summary>The coordinator refuses a request, and would again.</summary>
internal sealed class RefusedException(HttpStatusCode status, string message) : MbMixException(message)
{
    /// <summary>Whether the lease is over.</summary>
    public bool IsStale => status == HttpStatusCode.Conflict;

    /// <summary>Whether there is no such thing.</summary>
    public bool IsAbsent => status == HttpStatusCode.NotFound;
}
