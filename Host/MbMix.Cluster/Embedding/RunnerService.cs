using MbMix.Comparison;
using Microsoft.Extensions.Hosting;

namespace MbMix.Cluster;

/// <summary>
/// Runs a runner as long as the program that embeds it runs, or until it is drained. If its folder is taken, the host
/// does not start; if the coordinator is missing or refuses it, the host stops.
/// </summary>
internal sealed class RunnerService(ClusterJoinOptions options, Action<string> say) : BackgroundService
{
    private RunnerHost? runner;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        runner = new RunnerHost(options, say);
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        // otherwise the host would end as if all were well
        if (ExecuteTask is { IsFaulted: true } failed) await failed.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using (runner) await runner!.RunAsync(stoppingToken).ConfigureAwait(false);
    }
}
