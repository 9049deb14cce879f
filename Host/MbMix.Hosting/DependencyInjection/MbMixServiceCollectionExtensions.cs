using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MbMix.Hosting;

/// <summary>Registers MbMix in a program that embeds it.</summary>
public static class MbMixServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="PluginCatalog"/> and <see cref="TrainingSessions"/>. The catalog contains every
    /// <see cref="IMbMixPlugin"/> registered as a service. Nothing is written to the console; notes are written to
    /// <see cref="MbMixHostOptions.NoteFolder"/> if it is set.
    /// </summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    public static IServiceCollection AddMbMix(
        this IServiceCollection services, Action<MbMixHostOptions>? configure = null)
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
