using MbMix.Learning;
using MbMix.Numerics;

namespace MbMix.Algo.DreamerV3;

/// <summary>The trained parts of DreamerV3 and their optimizers.</summary>
internal sealed class DreamerV3Parts : ICheckpointed, IDisposable
{
    private readonly DreamerV3Options options;
    private readonly LaProp[] optimizers;

    public DreamerV3Parts(DreamerV3Options options, EnvSpec spec, long seed)
    {
        this.options = options;
        Code = new TwoHot(options.Bins);
        Model = new WorldModel(
            options, spec.Observation.Size, spec.Action.Size, Code, new CounterRandom(seed, "dreamerv3/model"));
        Behavior = new Behavior(options, spec.Action.Size, seed);
        Policy = new DreamerV3Policy(Model, Behavior, options, spec);
        Scale = new ReturnScale(options.ReturnDecay);
        optimizers =
        [
            new(Model.Parameters, options.AdaptiveClipping), new(Behavior.Actor, options.AdaptiveClipping),
            new(Behavior.Critic, options.AdaptiveClipping),
        ];
    }

    /// <summary>How rewards and values are encoded.</summary>
    public TwoHot Code { get; }

    public WorldModel Model { get; }

    public Behavior Behavior { get; }

    public DreamerV3Policy Policy { get; }

    public ReturnScale Scale { get; }

    /// <summary>Number of updates.</summary>
    public long Updates => optimizers[0].Steps;

    /// <summary>Number of updates that were skipped because the gradient is not finite.</summary>
    public long Skipped { get; private set; }

    /// <summary>
    /// One step of all parameters along their gradients, and of the slow critic toward the critic.
    /// </summary>
    public UpdateReport Step()
    {
        double norm = Math.Sqrt(optimizers.Sum(o => o.SquaredNorm()));
        if (!double.IsFinite(norm))
        {
            foreach (var set in Trained()) set.ZeroGradients();
            Skipped++;
            return new UpdateReport(norm, false, true);
        }
        double warm = options.WarmupUpdates > 0 ? Math.Min(1, (double)Updates / options.WarmupUpdates) : 1;
        foreach (var optimizer in optimizers) optimizer.Step(options.LearningRate * warm);
        Behavior.Slow.MoveToward(Behavior.Critic, 1 - options.SlowCriticRate);
        return new UpdateReport(norm, false, false);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts()) part.Save(writer.Section(name));
        writer.Write<long>("skipped", [Skipped]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts()) part.Load(reader.Section(name));
        Skipped = reader.Read<long>("skipped")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Policy.Dispose();
        Model.Dispose();
        Behavior.Dispose();
    }

    private ParameterSet[] Trained() => [Model.Parameters, Behavior.Actor, Behavior.Critic];

    private (string Name, ICheckpointed Part)[] Parts() =>
    [
        ("model", Model.Parameters), ("actor", Behavior.Actor), ("critic", Behavior.Critic),
        ("slowCritic", Behavior.Slow), ("modelOptimizer", optimizers[0]), ("actorOptimizer", optimizers[1]),
        ("criticOptimizer", optimizers[2]), ("returnScale", Scale),
    ];
}
