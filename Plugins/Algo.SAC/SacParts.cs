using MbMix.Learning;
using MbMix.Numerics;

namespace MbMix.Algo.SAC;

/// <summary>The trained parts of SAC and their optimizers.</summary>
internal sealed class SacParts : ICheckpointed, IDisposable
{
    private readonly ParameterSet temperature = new([new ParameterShape("log_alpha", 1)]);

    public SacParts(SacOptions options, EnvSpec spec, long seed, IWorkers? workers)
    {
        Normalizer = options.NormalizeObservations ? new ObservationNormalizer(spec.Observation.Size) : null;
        Actor = new SquashedGaussianActor(
            spec, options.ActorHidden, options.Activation, Normalizer, new CounterRandom(seed, "sac/actor"), workers);
        Critics = [Critic(1), Critic(2)];
        temperature[0][0] = (float)Math.Log(options.InitialTemperature);
        ActorOptimizer = new Adam(Actor.Parameters);
        CriticOptimizers = [new Adam(Critics[0].Parameters), new Adam(Critics[1].Parameters)];
        TemperatureOptimizer = new Adam(temperature);

        ActionValueNetwork Critic(int number) => new(
            spec.Observation.Size, spec.Action.Size, options.CriticHidden, options.Activation,
            new CounterRandom(seed, $"sac/critic/{number}"), workers);
    }

    public ObservationNormalizer? Normalizer { get; }

    public SquashedGaussianActor Actor { get; }

    /// <summary>The two critics Q1, Q2, each with its target.</summary>
    public ActionValueNetwork[] Critics { get; }

    public Adam ActorOptimizer { get; }

    public Adam[] CriticOptimizers { get; }

    public Adam TemperatureOptimizer { get; }

    /// <summary>The gradient of the loss with respect to log alpha.</summary>
    public ref float TemperatureGradient => ref temperature.Gradients[0];

    /// <summary>The temperature alpha.</summary>
    public double Alpha => Math.Exp(temperature[0][0]);

    public void Save(ICheckpointWriter writer)
    {
        Normalizer?.Save(writer.Section("normalizer"));
        foreach (var (name, part) in Parts()) part.Save(writer.Section(name));
    }

    public void Load(ICheckpointReader reader)
    {
        Normalizer?.Load(reader.Section("normalizer"));
        foreach (var (name, part) in Parts()) part.Load(reader.Section(name));
    }

    public void Dispose()
    {
        Actor.Dispose();
        foreach (var critic in Critics) critic.Dispose();
        temperature.Dispose();
    }

    private (string Name, ICheckpointed Part)[] Parts() =>
    [
        ("actor", Actor), ("critic1", Critics[0]), ("critic2", Critics[1]), ("temperature", temperature),
        ("actorOptimizer", ActorOptimizer), ("critic1Optimizer", CriticOptimizers[0]),
        ("critic2Optimizer", CriticOptimizers[1]), ("temperatureOptimizer", TemperatureOptimizer),
    ];
}
