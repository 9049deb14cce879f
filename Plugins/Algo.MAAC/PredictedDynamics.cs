using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.MAAC;

/// <summary>
/// The dynamics that MAAC rolls out: draws of a probabilistic ensemble, each row and step from an elite member picked
/// at random, or the predictions of a model that is not learned.
/// </summary>
internal sealed class PredictedDynamics(IDynamicsModel model, IPredictiveEnv env, long seed)
{
    private readonly IProbabilisticModel? ensemble = model as IProbabilisticModel;
    private readonly CounterRandom picks = new(seed, "maac/members");
    private readonly CounterRandom noise = new(seed, "maac/noise/model");
    private long draws;

    /// <summary>The environment, whose reward and termination functions are known.</summary>
    public IPredictiveEnv Env => env;

    /// <summary>Whether the model is trained.</summary>
    public bool Learned => ensemble is not null;

    /// <summary>Transitions that the model waits for.</summary>
    public int MinimumTransitions => model.Spec.MinimumTransitions;

    /// <summary>Steps predicted, counting each row.</summary>
    public long Steps { get; private set; }

    /// <summary>Gradient steps of the model, those of all members together counting as one.</summary>
    public long Updates { get; private set; }

    /// <summary>Members to follow, when each is followed on its own: the elites, or the one model there is.</summary>
    public int Followed => ensemble?.Elites.Count ?? 1;

    /// <summary>Trains the model on transitions of a replay buffer.</summary>
    public ModelTrainingReport Train(TransitionReplay replay, MaacOptions options, CancellationToken cancellationToken)
    {
        if (ensemble is null) return new ModelTrainingReport(0, 0, double.NaN);
        var report = ensemble.Train(replay, Action, options.ModelEpochs, options.ModelRows, cancellationToken);
        Updates += report.Updates;
        return report;
    }

    /// <summary>Predicts the next state, each row by a member picked at random.</summary>
    /// <param name="state">State <c>[M, S]</c>, of the environment's state type.</param>
    /// <param name="action">The environment's action <c>[M, A]</c>.</param>
    public Tensor Next(Tensor state, Tensor action)
    {
        if (ensemble is null) return Follow(state, action, []);
        var elites = ensemble.Elites;
        var chosen = new int[state.size(0)];
        picks.Integers(chosen, elites.Count, draws);
        return Follow(state, action, [.. chosen.Select(k => (long)elites[k])]);
    }

    /// <summary>Predicts the next state, with the same number of consecutive rows for each of the followed.</summary>
    public Tensor NextOfEach(Tensor state, Tensor action)
    {
        if (ensemble is null) return Follow(state, action, []);
        var elites = ensemble.Elites;
        long rows = state.size(0) / elites.Count;
        return Follow(state, action, [.. elites.SelectMany(k => Enumerable.Repeat((long)k, (int)rows))]);
    }

    public void Save(ICheckpointWriter writer) => writer.Write<long>("dynamics", [draws, Steps, Updates]);

    public void Load(ICheckpointReader reader)
    {
        var counts = reader.Read<long>("dynamics");
        (draws, Steps, Updates) = (counts[0], counts[1], counts[2]);
    }

    /// <summary>Scales actions in [-1, 1] to the environment's; set by the owner of the bounds.</summary>
    public required Func<Tensor, Tensor> ToEnvironment { get; init; }

    /// <summary>The environment's action of one in [-1, 1], of the type of its states.</summary>
    public Tensor Action(Tensor unit) => ToEnvironment(unit).to(env.Spec.StateType);

    private Tensor Follow(Tensor state, Tensor action, long[] members)
    {
        long rows = state.size(0);
        Steps += rows;
        if (ensemble is null) return model.Predict(state, action);
        var draw = noise.NormalTensor(draws++, rows, env.Chart.TangentSize);
        return ensemble.Sample(state, action, torch.tensor(members), draw);
    }
}
