using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MbMix.Learning;

/// <summary>
/// The actor, critic, optimizers and observation normalizer that short-horizon actor-critic algorithms share, with the
/// steps that they all take: roll a window with the policy in the autograd graph, descend along the actor's gradient,
/// fit the critic to TD(lambda) targets, and update the target critic. The objective is up to the algorithm.
/// </summary>
/// <remarks>
/// Use it from one thread at a time. The caller passes in the environments to roll, and disposes this object.
/// </remarks>
public sealed class ActorCritic : ICheckpointed, IDisposable
{
    private const double ExplodedValue = 1e6;
    private const int MaxSkipsInARow = 20;

    private readonly ActorCriticOptions options;
    private readonly Critics critics;
    private readonly ObservationNormalizer normalizer;
    private readonly ActionBounds bounds;
    private readonly Adam actorAdam;
    private readonly GradientHealth health;
    private readonly CriticReplay? replay;
    private long skipsInARow;

    private ActorCritic(
        ActorCriticOptions options, GaussianActor actor, Critics critics, ObservationNormalizer normalizer,
        ActionBounds bounds, GradientHealth health)
    {
        (this.options, Actor, this.critics, this.normalizer, this.bounds, this.health) =
            (options, actor, critics, normalizer, bounds, health);
        actorAdam = new Adam(actor.Parameters, options.AdamBeta1, options.AdamBeta2);
        replay = options.CriticWindows > 1 ? new CriticReplay(options.CriticWindows) : null;
        Policy = new GaussianPolicy(
            actor, options.NormalizeObservations ? normalizer : null, ActionSquash.Tanh, bounds);
    }

    /// <summary>The stochastic policy network.</summary>
    public GaussianActor Actor { get; }

    /// <summary>The policy for evaluation and export; it always uses the current weights.</summary>
    public IPolicy Policy { get; }

    /// <summary>Number of steps that the actor's optimizer has taken.</summary>
    public long PolicyUpdates => actorAdam.Steps;

    /// <summary>
    /// Estimates the memory of networks and of one window, to which an algorithm adds its own parts.
    /// </summary>
    /// <param name="options">Settings.</param>
    /// <param name="spec">Description of the environment.</param>
    /// <exception cref="ConfigurationException">A network is too large to be built.</exception>
    public static MemoryEstimate EstimateMemory(ActorCriticOptions options, EnvSpec spec)
    {
        int observation = spec.Observation.Size, action = spec.Action.Size;
        return new MemoryEstimate()
            .AddNetwork("algo.actorHidden", observation, options.ActorHidden, action)
            .AddNetwork("algo.criticHidden", observation, options.CriticHidden, 1)
            .Add(
                (double)options.Environments * options.Horizon,
                StepBytes(options, spec) + spec.TapeBytes,
                sizeof(float) * Math.Max(observation, action))
            .Add(options.Environments, 0, Math.Max(spec.TapeBytes, spec.State.Size * spec.StateType.ElementSize()))
            .Add(
                options.CriticWindows > 1 ? (double)options.CriticWindows * options.Environments * options.Horizon : 0,
                sizeof(float) * (3 + (3 * observation)),
                sizeof(float) * observation);
    }

    /// <summary>The settings that decide about this memory, for messages.</summary>
    /// <param name="options">Settings.</param>
    public static (string Key, long Value)[] MemorySettings(ActorCriticOptions options)
    {
        List<(string, long)> settings =
            [("algo.environments", options.Environments), ("algo.horizon", options.Horizon)];
        if (options.CriticWindows > 1) settings.Add(("algo.criticWindows", options.CriticWindows));
        return [.. settings];
    }

    /// <summary>
    /// Bytes that a step of one lane keeps in a window, without the tape of the environment or model that computed it.
    /// </summary>
    /// <param name="options">Settings.</param>
    /// <param name="spec">Description of the environment.</param>
    public static double StepBytes(ActorCriticOptions options, EnvSpec spec)
    {
        // states, raw and normalized observations before and after, actions with noise and gradient, reward, value,
        // flags
        double values = (3 * spec.Observation.Size) + (4 * spec.Action.Size) + 8;
        return (spec.State.Size * spec.StateType.ElementSize()) + (sizeof(float) * values)
            + MemoryEstimate.TapeBytes(options.ActorHidden) + MemoryEstimate.TapeBytes(options.CriticHidden);
    }

    /// <summary>Scales rewards for learning.</summary>
    internal Tensor Scaled(Tensor rewards) => options.RewardScale == 1 ? rewards : rewards * options.RewardScale;

    /// <summary>Warns about settings with which nothing is learned.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="logger">Receives the warnings.</param>
    private static void WarnOfRest(ActorCriticOptions options, ILogger logger)
    {
        if (options.ActorLearningRate == 0)
            logger.LogWarning("actorLearningRate is 0: the policy stays as it is.");
        if (options.CriticLearningRate == 0)
            logger.LogWarning("criticLearningRate is 0: the critic stays as it is.");
    }

    /// <summary>Builds all parts, with freshly initialized weights.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="workers">Threads to spread batches over; null for the calling thread alone.</param>
    /// <param name="logger">Receives a warning when training is going wrong.</param>
    public static ActorCritic Build(
        ActorCriticOptions options, EnvSpec spec, long seed, IWorkers? workers, ILogger logger)
    {
        WarnOfRest(options, logger);
        var actor = new GaussianActor(
            new Mlp(spec.Observation.Size, options.ActorHidden, spec.Action.Size, options.Activation, layerNorm: true),
            options.InitialLogStd,
            Initialization.Uniform,
            new CounterRandom(seed, "actor/weights"),
            workers);
        var critics = new Critics(options, spec.Observation.Size, seed, workers);
        return new ActorCritic(
            options,
            actor,
            critics,
            new ObservationNormalizer(spec.Observation.Size),
            new ActionBounds(spec.Action),
            new GradientHealth(logger, options.Environments, options.Horizon));
    }

    /// <summary>
    /// Computes the learning rates of actor and critic; both change linearly with the share of the budget used.
    /// </summary>
    /// <param name="progress">Share of the budget used so far, 0 to 1.</param>
    public (double Actor, double Critic) LearningRates(double progress) =>
        (Schedule.Linear(options.ActorLearningRate, options.FinalLearningRate, progress),
            Schedule.Linear(options.CriticLearningRate, options.FinalLearningRate, progress));

    /// <summary>
    /// Rolls all environments for one window under the current policy, <c>a = bounds(tanh(mean(o) + std noise))</c>.
    /// The autograd graph connects every action to all later rewards and values. Actor and critic see observations
    /// normalized by the statistics at the start of the window, while the live statistics keep updating.
    /// </summary>
    /// <param name="envs">The environments, B lanes.</param>
    /// <param name="horizon">Number of steps H.</param>
    /// <param name="noise">Random stream of the policy's noise.</param>
    /// <param name="draw">Index of the draw from that stream.</param>
    /// <param name="clock">Measures the time spent in each phase; null for no measurement.</param>
    /// <param name="keepTransitions">
    /// Whether the window keeps its transitions, for a dynamics model to learn from.
    /// </param>
    /// <param name="gradients">Whether to record an autograd graph.</param>
    /// <param name="observe">Whether the normalizer's live statistics take in the observations.</param>
    /// <exception cref="MbMixException">The critic has diverged: a value is too large or not finite.</exception>
    public RolloutWindow Roll(
        VectorEnv envs, int horizon, CounterRandom noise, long draw, PhaseClock? clock = null,
        bool keepTransitions = false, bool gradients = true, bool observe = true)
    {
        using var mode = torch.set_grad_enabled(gradients);
        // an iteration that was given up may have left one
        Actor.Parameters.ZeroGradients();
        var flags = new RolloutFlags(horizon, envs.Lanes);
        var steps = new VectorStep[horizon];
        var actions = new Tensor[horizon];
        Tensor observation = envs.BeginWindow(), first = observation;
        var snapshot = options.NormalizeObservations ? normalizer.Snapshot() : null;
        var policy = BeginPolicy(noise.NormalTensor(draw, horizon, envs.Lanes, Actor.Actions), snapshot);
        if (observe) normalizer.Update(observation);
        for (int t = 0; t < horizon; t++)
        {
            actions[t] = policy.Act(t, observation);
            clock?.Networks();
            steps[t] = envs.Step(actions[t]);
            flags.Record(t, envs);
            observation = steps[t].Observation;
            if (observe) normalizer.Update(observation);
            clock?.Other();
        }
        var transitions = keepTransitions ? Transitions(steps, actions) : null;
        envs.EndWindow();

        // evaluate the target critic once for the whole window, on the observations before any reset
        var after = torch.cat([.. steps.Select(s => s.FinalObservation)]);
        var final = snapshot is null ? after : snapshot.Normalize(after);
        var nextValues = critics.TargetMean(final).view(horizon, envs.Lanes);
        var targetValues = Bootstrap(final, nextValues).view(horizon, envs.Lanes);
        var rewards = Scaled(torch.stack([.. steps.Select(s => s.Reward)]));
        clock?.Networks();
        CheckValues(nextValues.Values<float>(), draw);
        if (replay is null)
            return new RolloutWindow(policy, snapshot, flags, rewards, nextValues, targetValues, transitions);
        var before = torch.cat([first, .. steps[..^1].Select(s => s.Observation)]);
        return new RolloutWindow(policy, snapshot, flags, rewards, nextValues, targetValues, transitions)
        {
            RawObservations = (before.detach().contiguous(), after.detach().contiguous()),
        };
    }

    /// <summary>
    /// Begins a window of policy steps on observations that are already normalized, such as those of a model rollout.
    /// </summary>
    /// <param name="noise">Standard normal noise <c>[H, B, A]</c>.</param>
    public PolicyWindow BeginPolicy(Tensor noise) => BeginPolicy(noise, null);

    /// <summary>
    /// Computes the target critic's values; differentiable in the observations, not in the critic's parameters.
    /// </summary>
    /// <param name="observations">Normalized observations <c>[B, O]</c>.</param>
    /// <returns>Values <c>[B]</c>.</returns>
    public Tensor TargetValues(Tensor observations) => critics.TargetMean(observations);

    /// <summary>
    /// Takes one clipped Adam step of the actor along the gradient that a backward pass has left in its parameters.
    /// </summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="actionGradients">
    /// For each step of the window, the norm of the loss's gradient with respect to the actions.
    /// </param>
    /// <param name="faults">Number of lane faults since the start of training.</param>
    /// <param name="clock">Measures the time spent in each phase; null for no measurement.</param>
    /// <exception cref="MbMixException">The gradient was not finite too many times in a row.</exception>
    public UpdateReport Descend(
        double learningRate, ReadOnlySpan<double> actionGradients, long faults, PhaseClock? clock = null)
    {
        health.Observe(Actor.Parameters.Gradients, actionGradients);
        var update = actorAdam.Step(learningRate, options.MaxGradientNorm);
        clock?.Optimizer();
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (skipsInARow >= MaxSkipsInARow)
            throw new MbMixException(
                $"The actor's gradient was not finite {MaxSkipsInARow} times in a row; try a shorter horizon or a "
                + "smaller learning rate.");
        health.Judge(update, faults);
        return update;
    }

    /// <summary>Records that this iteration had no actor loss to descend.</summary>
    /// <param name="faults">Number of lane faults since the start of training.</param>
    public void SkipDescent(long faults) => health.Nothing(faults);

    /// <summary>
    /// Fits the critic to the TD(lambda) returns of a window, then moves the target critic towards it.
    /// </summary>
    /// <param name="window">The window, as returned by <see cref="Roll"/>.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clock">Measures the time spent in each phase; null for no measurement.</param>
    public CriticFitReport FitCritic(RolloutWindow window, double learningRate, PhaseClock? clock = null)
    {
        if (replay is not null) return FitCritic(window, replay, learningRate, clock);
        var targets = TensorSpans.Empty(window.Flags.Size);
        Returns.TdLambda(
            window.Rewards.Values<float>(), window.TargetValues.Values<float>(), window.Flags, options.Gamma,
            options.CriticLambda, targets.Values<float>());
        clock?.Other();
        var report = critics.Fit(window.Observations, targets, window.Flags, learningRate, clock);
        critics.UpdateTargets();
        clock?.Optimizer();
        return report;
    }

    /// <summary>Fits the critic to the TD(lambda) returns of several windows, computed from its present values.</summary>
    private CriticFitReport FitCritic(
        RolloutWindow window, CriticReplay replay, double learningRate, PhaseClock? clock)
    {
        replay.Add(window);
        var windows = replay.Windows;
        int size = window.Flags.Size, inputs = Actor.Inputs;
        var targets = TensorSpans.Empty(windows.Count * size);
        Tensor observations, values;
        using (torch.no_grad())
        {
            observations = Stack(w => w.Observations);
            var after = Stack(w => w.FinalObservations);
            values = Bootstrap(after, critics.TargetMean(after)).contiguous();
        }
        for (int k = 0; k < windows.Count; k++)
        {
            Returns.TdLambda(
                windows[k].Rewards, values.Values<float>().Slice(k * size, size), windows[k].Flags, options.Gamma,
                options.CriticLambda, targets.Values<float>().Slice(k * size, size));
        }
        clock?.Other();
        var report = critics.Fit(
            observations, targets, RolloutFlags.Join([.. windows.Select(w => w.Flags)]), learningRate,
            options.CriticPasses, options.CriticMinibatches * windows.Count, clock);
        critics.UpdateTargets();
        clock?.Optimizer();
        return report;

        Tensor Stack(Func<CriticReplay.Window, float[]> part) => window.Normalize(
            torch.cat([.. windows.Select(w => TensorSpans.From(part(w), size, inputs))])).contiguous();
    }

    /// <summary>
    /// Fits the critic to the TD(lambda) returns of rollouts, in minibatches as large as those of a window of the
    /// environment, then moves the target critic towards it.
    /// </summary>
    /// <param name="observations">Normalized observations <c>[H*M, O]</c>, time-major.</param>
    /// <param name="rewards">Scaled rewards <c>[H, M]</c>.</param>
    /// <param name="targetValues">Values that the targets are bootstrapped from, <c>[H, M]</c>.</param>
    /// <param name="flags">How each step ended; without a valid one nothing is done.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="passes">Number of passes over the rollouts.</param>
    public void FitCritic(
        Tensor observations, Tensor rewards, Tensor targetValues, RolloutFlags flags, double learningRate, int passes)
    {
        if (!flags.Valid.Contains(true)) return;
        var targets = TensorSpans.Empty(flags.Size);
        Returns.TdLambda(
            rewards.Values<float>(), targetValues.Values<float>(), flags, options.Gamma, options.CriticLambda,
            targets.Values<float>());
        int minibatch = Math.Max(1, options.Environments * options.Horizon / options.CriticMinibatches);
        int minibatches = (flags.Size + minibatch - 1) / minibatch;
        critics.Fit(observations, targets, flags, learningRate, passes, minibatches, null);
        critics.UpdateTargets();
    }

    /// <summary>
    /// Computes what the critic's targets are bootstrapped from: the values, or their minimum over several critics.
    /// </summary>
    /// <param name="observations">Normalized observations <c>[B, O]</c>.</param>
    /// <param name="values">The mean of the target critics there <c>[B]</c>.</param>
    internal Tensor Bootstrap(Tensor observations, Tensor values) =>
        options.Critics == 1 ? values : critics.TargetMinimum(observations);

    /// <summary>Lists the metrics that every actor-critic algorithm reports.</summary>
    /// <param name="actorLoss">Loss of the actor; NaN if there was none.</param>
    /// <param name="update">Outcome of the actor's optimizer step; null if there was none.</param>
    /// <param name="criticFit">Outcome of the critic's fit.</param>
    /// <param name="rates">Learning rates of actor and critic.</param>
    /// <param name="window">The window of this iteration.</param>
    public IEnumerable<Metric> Metrics(
        double actorLoss, UpdateReport? update, CriticFitReport criticFit, (double Actor, double Critic) rates,
        RolloutWindow window) =>
    [
        new("loss/actor", actorLoss),
        new("loss/critic", criticFit.Loss),
        new("gradient/actor", update?.GradientNorm ?? double.NaN),
        new("gradient/actor-clipped", update is { Clipped: true } ? 1 : 0),
        new("gradient/critic", criticFit.GradientNorm),
        new("gradient/critic-clipped", criticFit.ClippedShare),
        new("gradient/skipped", actorAdam.Skipped + critics.Skipped),
        new("learning-rate/actor", rates.Actor),
        new("learning-rate/critic", rates.Critic),
        new("value/mean", Mean(window.NextValues.Values<float>())),
        new("policy/std", Actor.MeanStd),
        .. health.Metrics,
    ];

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        critics.Save(writer);
        replay?.Save(writer.Section("critic_windows"));
        writer.Write<long>("skips", [skipsInARow]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        critics.Load(reader);
        replay?.Load(reader.Section("critic_windows"));
        skipsInARow = reader.Read<long>("skips")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Actor.Dispose();
        critics.Dispose();
        bounds.Dispose();
    }

    private (string Name, ICheckpointed Part)[] Parts =>
    [
        ("actor", Actor),
        ("actor_adam", actorAdam),
        ("normalizer", normalizer),
        ("health", health),
    ];

    private static TransitionBatch Transitions(VectorStep[] steps, Tensor[] actions)
    {
        static Tensor All(IEnumerable<Tensor> parts) => torch.cat([.. parts.Select(p => p.detach())]);
        return new TransitionBatch(All(steps.Select(s => s.State)), All(actions), All(steps.Select(s => s.NextState)));
    }

    private PolicyWindow BeginPolicy(Tensor noise, NormalizerSnapshot? snapshot) =>
        Actor.BeginWindow(noise, snapshot, bounds, options.ActionGradientCap);

    private static void CheckValues(ReadOnlySpan<float> values, long draw)
    {
        foreach (float v in values)
        {
            if (Math.Abs(v) <= ExplodedValue) continue;
            string reached = v.ToString("g3", CultureInfo.InvariantCulture);
            throw new MbMixException(
                $"The critic's value reached {reached} in iteration {draw + 1}; "
                + "try a smaller critic learning rate or a smaller reward scale.");
        }
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values) sum += v;
        return sum / values.Length;
    }
}
