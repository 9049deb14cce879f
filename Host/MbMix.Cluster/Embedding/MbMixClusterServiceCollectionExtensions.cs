using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Cluster;

/// <summary>Adds parts of a cluster to the services of a program.</summary>
public static partial class MbMixClusterServiceCollectionExtensions
{
    /// <summary>
    /// Has the program run a coordinator, a runner or both while its host runs. A runner starts after a coordinator
    /// that is added with it or before it, and ends before it.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which parts.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ConfigurationException">There is no part, or a runner without a command.</exception>
    public static IServiceCollection AddMbMixCluster(
        this IServiceCollection services, Action<MbMixClusterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MbMixClusterOptions();
        configure(options);
        if (options.Serve is null && options.Join is null)
            throw new ConfigurationException(
                "AddMbMixCluster has nothing to run: set Serve for a coordinator, Join for a runner, or both.");
        // this program would be started again for every run, with arguments that it may not know
        if (options.Join is { Command.Count: 0 })
            throw new ConfigurationException(
                "The runner of AddMbMixCluster does not know what does its runs: set Join.Command to the path of "
                + "mbmix.");
        if (options.Serve is { } serve)
            services.AddSingleton<IHostedService>(p => new CoordinatorService(serve, options.Say ?? Logged(p)));
        if (options.Join is { } join)
            services.AddSingleton<IHostedService>(p => new RunnerService(join, options.Say ?? Logged(p)));
        return services;
    }

    private static Action<string> Logged(IServiceProvider services)
    {
        var logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance)
            .CreateLogger("MbMix.Cluster");
        return line => Tell(logger, line);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Line}")]
    private static partial void Tell(ILogger logger, string line);
}
