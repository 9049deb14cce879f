using MbMix;
using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Template.Project.Tests;

/// <summary>A host with the plugin, and the environments that the tests train on.</summary>
public sealed class Host : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection()
        .AddMbMix()
        .AddSimNative()
        .AddSingleton<IMbMixPlugin, TemplateClassPlugin>()
        .BuildServiceProvider();

    /// <summary>Starts a training. The caller owns it.</summary>
    public TrainingSession Train() => services.GetRequiredService<TrainingSessions>()
        .Create("cartpole-swingup", "template-prefix/template-name-v1", seed: 1);

    /// <inheritdoc/>
    public void Dispose() => services.Dispose();
}
