using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>Which parts of a cluster a program runs.</summary>
public sealed class MbMixClusterOptions
{
    /// <summary>The coordinator; null for none.</summary>
    public ClusterServeOptions? Serve { get; set; }

    /// <summary>The runner; null for none. It needs <see cref="ClusterJoinOptions.Command"/>.</summary>
    public ClusterJoinOptions? Join { get; set; }

    /// <summary>Receives lines for people; null for the program's log.</summary>
    public Action<string>? Say { get; set; }
}
