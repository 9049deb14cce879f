namespace MbMix.Learning;

/// <summary>
/// Trains a dynamics model while an algorithm runs. It stores the transitions of each window together with the
/// environment's vector-Jacobian products along the directions that the model asks for, and fits the model to
/// minibatches of them. A model that needs no learning is used as it is.
/// </summary>
/// <remarks>The caller keeps ownership of the model and the environment, and saves and loads the model.</remarks>
public sealed class ModelLearner : ICheckpointed
{
    // of one call of Fit: enough to share work between steps, few enough for the caches
    private const int MostRows = 4096;

    private static readonly FitReport NoFit = new(double.NaN, double.NaN, double.NaN);

    private readonly IDynamicsModel model;
    private readonly IDifferentiableEnv env;
    private readonly ModelLearnerSettings settings;
    private readonly ReplayBuffer? replay;
    private readonly RunningStatistics change;
    private readonly CounterRandom directions;
    private readonly CounterRandom batches;
    private readonly int probes;

    /// <summary>Creates a learner with an empty replay buffer.</summary>
    /// <param name="model">The dynamics model to train.</param>
    /// <param name="env">The environment that the model predicts.</param>
    /// <param name="settings">How the model is trained.</param>
    /// <param name="budget">
    /// Environment steps of the whole training, an upper bound on the number of transitions.
    /// </param>
    /// <param name="seed">Seed of the random directions and minibatches.</param>
    public ModelLearner(
        IDynamicsModel model, IDifferentiableEnv env, ModelLearnerSettings settings, long budget, long seed)
    {
        (this.model, this.env, this.settings) = (model, env, settings);
        var (spec, tangentSize) = (env.Spec, env.Chart.TangentSize);
        probes = ProbeDirections.Count(model.Spec, tangentSize);
        change = new RunningStatistics(tangentSize);
        directions = new CounterRandom(seed, "model/directions");
        batches = new CounterRandom(seed, "model/batches");
        if (!model.Spec.Learned) return;
        int capacity = (int)Math.Min(settings.ReplayCapacity, Math.Max(budget, 1));
        replay = new ReplayBuffer(capacity, spec.State.Size, spec.Action.Size, tangentSize, probes);
    }

    /// <summary>Whether the model has been trained enough for its predictions to be used.</summary>
    public bool Ready => !model.Spec.Learned || Updates >= Math.Max(settings.Warmup, 1);

    /// <summary>Number of gradient steps that the model has taken.</summary>
    public long Updates { get; private set; }

    /// <summary>Number of steps predicted by <see cref="Predict"/>, counting each row of a batch.</summary>
    public long Steps { get; private set; }

    /// <summary>Predicts the next state, and counts the prediction in <see cref="Steps"/>.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>, of the same type as the state.</param>
    /// <returns>Next state <c>[B, S]</c>, differentiable in both arguments.</returns>
    public Tensor Predict(Tensor state, Tensor action)
    {
        Steps += state.shape[0];
        return model.Predict(state, action);
    }

    /// <summary>
    /// Returns the dynamics of one batch of rollouts. If the model is an ensemble, each step follows one of its
    /// members, picked at random.
    /// </summary>
    /// <param name="horizon">Number of steps that will be predicted.</param>
    /// <param name="members">Source of the choice of members.</param>
    /// <param name="draw">Number of the draw within it.</param>
    public Func<Tensor, Tensor, Tensor> Dynamics(int horizon, CounterRandom members, long draw)
    {
        if (model is not IEnsembleModel { Members: > 1 } ensemble) return Predict;
        var picks = new int[horizon];
        members.Integers(picks, ensemble.Members, draw);
        int t = 0;
        return (state, action) =>
        {
            Steps += state.shape[0];
            return ensemble.Predict(state, action, picks[t++]);
        };
    }

    /// <summary>Stores the transitions of a window with the environment's derivatives, then fits the model.</summary>
    /// <param name="window">A window that kept its transitions.</param>
    /// <param name="draw">Index of the draw of random directions.</param>
    /// <returns>Errors averaged over the gradient steps taken; NaN if there were none.</returns>
    public FitReport Learn(RolloutWindow window, long draw)
    {
        if (replay is null) return NoFit;
        using (torch.NewDisposeScope())
        {
            var (transitions, usable) = Transitions(window, draw);
            replay.Add(transitions, usable);
        }
        if (replay.Added < model.Spec.MinimumTransitions) return NoFit;

        long count = Updates < settings.Warmup ? Math.Max(settings.Warmup, settings.Updates) : settings.Updates;
        double value = 0, derivative = 0, total = 0;
        int most = Math.Max(1, MostRows / settings.BatchSize);
        for (long k = 0; k < count; k += most)
        {
            using var scope = torch.NewDisposeScope();
            int steps = (int)Math.Min(most, count - k);
            var report = model.Fit(replay.Sample(settings.BatchSize * steps, batches, Updates), steps);
            Updates += steps;
            (total, value, derivative) = (
                total + (steps * report.Loss), value + (steps * report.ValueError),
                derivative + (steps * report.DerivativeError));
        }
        return new FitReport(total / count, value / count, derivative / count);
    }

    /// <summary>
    /// Computes the mean squared error of one-step predictions on a window that the model has not been fitted to,
    /// relative to the mean squared change of each tangent coordinate over a step. Predicting no change at all would
    /// score 1. NaN before the first fit.
    /// </summary>
    /// <param name="window">A window that kept its transitions.</param>
    public double HeldOutError(RolloutWindow window)
    {
        if (Updates == 0) return double.NaN;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (state, action, next) = (window.Transitions.State, window.Transitions.Action, window.Transitions.NextState);
        var error = env.Chart.Difference(next, model.Predict(state, action.to(state.dtype)));
        var stateChange = env.Chart.Difference(state, next);
        var ratio = error.square().mean([0L]) / stateChange.square().mean([0L]).clamp_min(1e-12);
        return ratio.mean().to(torch.ScalarType.Float32).item<float>();
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        change.Save(writer.Section("change"));
        replay?.Save(writer.Section("replay"));
        writer.Write<long>("counts", [Updates, Steps]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        change.Load(reader.Section("change"));
        replay?.Load(reader.Section("replay"));
        var counts = reader.Read<long>("counts");
        (Updates, Steps) = (counts[0], counts[1]);
    }

    /// <summary>
    /// Adds the environment's derivatives to the transitions of a window. Transitions whose products are not finite are
    /// marked unusable.
    /// </summary>
    private (TransitionBatch Transitions, bool[] Usable) Transitions(RolloutWindow window, long draw)
    {
        var batch = window.Transitions;
        using (torch.no_grad())
        {
            var difference = env.Chart.Difference(batch.State, batch.NextState).to(torch.ScalarType.Float32);
            change.Add(difference.contiguous().Values<float>());
        }
        if (probes == 0) return (batch, window.Flags.Valid);

        var spread = new double[change.Variance.Length];
        for (int i = 0; i < spread.Length; i++) spread[i] = Math.Sqrt(change.Variance[i]);
        var cotangents = TensorSpans.Empty(window.Flags.Size, probes, spread.Length);
        ProbeDirections.Fill(cotangents.Values<float>(), model.Spec.Derivatives, spread, directions, draw);
        return TransitionDerivatives.Along(env, batch, window.Flags.Valid, cotangents, settings.MaxDerivativeNorm);
    }
}
