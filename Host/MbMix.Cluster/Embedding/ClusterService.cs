using MbMix.Comparison;
using Microsoft.Extensions.Hosting;

namespace MbMix.Cluster;

/// <summary>Runs a part of a cluster as long as the program that embeds it runs.</summary>
internal sealed class ClusterService(Func<IClusterPackage, CancellationToken, Task> part) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => part(new ClusterPackage(), stoppingToken);
}
