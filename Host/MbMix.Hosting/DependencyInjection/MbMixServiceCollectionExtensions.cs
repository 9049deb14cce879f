using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Hosting;

/// <summary>Adds MbMix to the services of a program.</summary>
public static class MbMixServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="PluginCatalog"/> and <see cref="TrainingSessions"/>. Every <see cref="IMbMixPlugin"/> among the services is in
    /// the catalog. Nothing is written to the console, and to files
    /// only where <see cref="MbMixHostOptions.NoteFolder"/> says so.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="configure">Changes the options.</param>
    public static IServiceCollection AddMbMix(this IServiceCollection services, Action<MbMixHostOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new MbMixHostOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(options);
        services.TryAddSingleton(provider => new PluginCatalog(
            provider.GetServices<IMbMixPlugin>(), provider.GetRequiredService<MbMixHostOptions>()));
        services.TryAddSingleton(provider => new TrainingSessions(
            provider.GetRequiredService<PluginCatalog>(),
            provider.GetRequiredService<MbMixHostOptions>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        return services;
    }
}
