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

    private readonly WorkerPool workers = new(threads: 1);

    /// <summary>Id of the environment.</summary>
    public const string Environment = "template-prefix/template-name-v1";

    /// <summary>Trains, and creates components.</summary>
    public TrainingSessions Sessions => services.GetRequiredService<TrainingSessions>();

    /// <summary>Creates the environment. The caller owns it.</summary>
    /// <param name="settings">Settings of the form <c>env.key=value</c>.</param>
    public IDifferentiableEnv CreateEnvironment(params string[] settings) =>
        Sessions.CreateEnvironment(Environment, settings, workers);

    /// <inheritdoc/>
    public void Dispose()
    {
        workers.Dispose();
        services.Dispose();
    }
}
