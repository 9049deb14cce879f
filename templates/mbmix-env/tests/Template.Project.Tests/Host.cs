using MbMix;
using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Template.Project.Tests;

/// <summary>A host with the plugin, and the algorithm that the tests train with.</summary>
public sealed class Host : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection()
        .AddMbMix()
        .AddShac()
        .AddSingleton<IMbMixPlugin, TemplateClassPlugin>()
        .BuildServiceProvider();

    /// <summary>Trains, and creates components.</summary>
    public TrainingSessions Sessions => services.GetRequiredService<TrainingSessions>();

    /// <inheritdoc/>
    public void Dispose() => services.Dispose();
}
