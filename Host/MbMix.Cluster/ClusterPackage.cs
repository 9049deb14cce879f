using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>What the command finds in this package.</summary>
public sealed class ClusterPackage : IClusterPackage
{
    /// <inheritdoc/>
    public async Task ServeAsync(ClusterServeOptions options, Action<string> say, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        using var export = OtlpExport.Start("mbmix-coordinator");
        var server = await ClusterServer.StartAsync(options).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            say($"coordinator: {server.Address}");
            await server.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task StoreAsync(string folder, int port, Action<string> say, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(say);
        using var store = EmbeddedStore.Start(folder, port);
        say(FormattableString.Invariant($"store: 127.0.0.1:{store.Port}"));
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async Task JoinAsync(ClusterJoinOptions options, Action<string> say, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        using var export = OtlpExport.Start("mbmix-runner");
        using var runner = new RunnerHost(options, say);
        await runner.RunAsync(stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IClusterConnection Connect(ClusterAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new ClusterConnection(address);
    }
}
