namespace MbMix.Comparison;

/// <summary>How a coordinator is run.</summary>
public sealed record ClusterServeOptions
{
    /// <summary>The port unless another is given.</summary>
    public const int DefaultPort = 7430;

    /// <summary>Folder of everything that it keeps.</summary>
    public required string Folder { get; init; }

    /// <summary>Address to listen on: loopback by default.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Port to listen on; 0 for a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>A server of the Redis protocol, <c>HOST:PORT</c>; null for the one inside the coordinator.</summary>
    public string? Redis { get; init; }

    /// <summary>A file with the token that every request must carry; null for the environment's, or none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A file with certificate and private key for TLS (PEM); null for no TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>Whether to show the grains on a page, <c>/dashboard</c>. It asks for no token.</summary>
    public bool Dashboard { get; init; }

    /// <summary>For how long a lease holds without a sign of life.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);
}
