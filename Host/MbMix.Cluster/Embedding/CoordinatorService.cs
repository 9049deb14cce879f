using MbMix.Comparison;
using Microsoft.Extensions.Hosting;

namespace MbMix.Cluster;

/// <summary>
/// Runs a coordinator as long as the program that embeds it runs. When the host has started, it answers; if it cannot,
/// the host does not start.
/// </summary>
internal sealed class CoordinatorService(ClusterServeOptions options, Action<string> say)
    : BackgroundService, IAsyncDisposable
{
    private ClusterServer? server;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // runs are done by some mbmix, and not by this program
        server = await ClusterServer.StartAsync(options, sameBuild: false).ConfigureAwait(false);
        say($"coordinator: {server.Address}");
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        // otherwise the host would end as if all were well
        if (ExecuteTask is { IsFaulted: true } failed) await failed.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        base.Dispose();
        if (Interlocked.Exchange(ref server, null) is { } ended) await ended.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => server!.WaitAsync(stoppingToken);
}
