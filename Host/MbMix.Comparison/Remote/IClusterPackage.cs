namespace MbMix.Comparison;

/// <summary>What the optional package for clusters offers. The class that has it is made without arguments.</summary>
public interface IClusterPackage
{
    /// <summary>Runs a coordinator until it is stopped.</summary>
    /// <param name="options">How to run it.</param>
    /// <param name="say">Receives lines for people.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="MbMixException">It cannot be started: the port is taken, for example.</exception>
    Task ServeAsync(ClusterServeOptions options, Action<string> say, CancellationToken stop);

    /// <summary>Runs a store of its own process until it is stopped, for coordinators that do not have one.</summary>
    /// <param name="folder">Folder of the store.</param>
    /// <param name="port">Port on loopback.</param>
    /// <param name="say">Receives lines for people.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="MbMixException">It cannot be started.</exception>
    Task StoreAsync(string folder, int port, Action<string> say, CancellationToken stop);

    /// <summary>Runs a runner until it is stopped or drained.</summary>
    /// <param name="options">How to run it.</param>
    /// <param name="say">Receives lines for people.</param>
    /// <param name="stop">Asks its runs to save, gives them back and ends it.</param>
    /// <exception cref="MbMixException">The coordinator refuses it, or there is none.</exception>
    Task JoinAsync(ClusterJoinOptions options, Action<string> say, CancellationToken stop);

    /// <summary>Prepares to talk to a coordinator.</summary>
    /// <exception cref="MbMixException">Token or certificate cannot be read.</exception>
    IClusterConnection Connect(ClusterAddress address);
}
