using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MbMix.Cluster;

/// <summary>Adds parts of a cluster to the services of a program.</summary>
public static class MbMixClusterServiceCollectionExtensions
{
    /// <summary>Has the program run a coordinator, a runner or both while its host runs.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which parts.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMbMixCluster(
        this IServiceCollection services, Action<MbMixClusterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MbMixClusterOptions();
        configure(options);
        var say = options.Say ?? (_ => { });
        if (options.Serve is { } serve)
            services.AddSingleton<IHostedService>(new ClusterService((p, stop) => p.ServeAsync(serve, say, stop)));
        if (options.Join is { } join)
            services.AddSingleton<IHostedService>(new ClusterService((p, stop) => p.JoinAsync(join, say, stop)));
        return services;
    }
}
