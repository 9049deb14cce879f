using Mutants;

namespace MbMix.Tests.Support;

/// <summary>Trains with the sound mutants, altered by a test.</summary>
internal sealed class AlteredHost : IDisposable
{
    public const string Environment = "test/altered-env-v1";
    public const string Algorithm = "test/altered-algo-v1";
    public const string Plugin = "plugin MbMix.Tests";

    private readonly MutantHost host;

    /// <summary>Registers the altered components.</summary>
    public AlteredHost(
        Func<IPredictiveEnv, IDifferentiableEnv>? env = null,
        Func<IPolicyOptimizer, OptimizerContext, IPolicyOptimizer>? algorithm = null) =>
        host = new MutantHost(new HostStubPlugin(registry =>
        {
            registry.AddEnvironment<MutantEnvOptions>(Environment, "", (_, _) =>
            {
                var sound = new MutantEnv(EnvMistake.None);
                var named = new AlteredEnv(sound) { Spec = sound.Spec with { Id = Environment } };
                return env?.Invoke(named) ?? named;
            });
            registry.AddAlgorithm<MutantAlgorithmOptions>(
                Algorithm, "", _ => new AlgorithmNeeds(Gradients: true, ModelUse.Optional, PredictiveEnv: false),
                (_, context) =>
                {
                    var sound = new MutantAlgorithm(AlgorithmMistake.None, context);
                    return algorithm?.Invoke(sound, context) ?? sound;
                });
        }));

    public IReadOnlyList<string> Warnings => host.Warnings;

    /// <summary>Trains for some iterations, and keeps the warnings.</summary>
    public IReadOnlyList<string> Train(int iterations)
    {
        using var session = Create();
        for (int i = 0; i < iterations; i++) session.Iterate();
        return Warnings;
    }

    public Hosting.TrainingSession Create() => host.Sessions.Create(new Hosting.TrainingRequest
    {
        Environment = Environment,
        Algorithm = Algorithm,
        Preset = "none",
        Threads = 1,
        Seed = 3,
        Budget = 1_000_000,
    });

    public void Dispose() => host.Dispose();
}
