using MbMix;
using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Template.Project.Tests;

/// <summary>A host with the plugin, and the environments and the algorithm that the tests use it with.</summary>
public sealed class Host : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection()
        .AddMbMix()
        .AddSimNative()
        .AddMbMixAlgorithm()
        .AddSingleton<IMbMixPlugin, TemplateClassPlugin>()
        .BuildServiceProvider();

    private readonly WorkerPool workers = new(threads: 1);

    /// <summary>Id of the model.</summary>
    public const string Model = "template-prefix/template-name-v1";

    /// <summary>Trains, and creates components.</summary>
    public TrainingSessions Sessions => services.GetRequiredService<TrainingSessions>();

    /// <summary>Creates an environment to model. The caller owns it.</summary>
    public IDifferentiableEnv CreateEnvironment() => Sessions.CreateEnvironment("cartpole-swingup", [], workers);

    /// <inheritdoc/>
    public void Dispose()
    {
        workers.Dispose();
        services.Dispose();
    }
}
