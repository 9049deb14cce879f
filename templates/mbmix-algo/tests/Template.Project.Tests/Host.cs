using MbMix;
using MbMix.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Template.Project.Tests;

/// <summary>A host with the plugin, and the environments that the tests train on.</summary>
public sealed class Host : IDisposable
{
    /// <summary>Torch's global random numbers are one sequence: tests that use them run one after another.</summary>
    public const string Collection = "torch's global random numbers";

    private readonly ServiceProvider services = new ServiceCollection()
        .AddMbMix()
        .AddSimNative()
        .AddSimStub()
        .AddSingleton<IMbMixPlugin, TemplateClassPlugin>()
        .BuildServiceProvider();

    private readonly WorkerPool workers = new(threads: 1);

    private TrainingSessions Sessions => services.GetRequiredService<TrainingSessions>();

    /// <summary>Starts a training. The caller owns it.</summary>
    public TrainingSession Train() => Sessions.Create("cartpole-swingup", TemplateClass.Id, seed: 1);

    /// <summary>Creates an environment. The caller owns it.</summary>
    /// <param name="id">Its id.</param>
    public IDifferentiableEnv CreateEnvironment(string id) => Sessions.CreateEnvironment(id, [], workers);

    /// <inheritdoc/>
    public void Dispose()
    {
        workers.Dispose();
        services.Dispose();
    }
}
