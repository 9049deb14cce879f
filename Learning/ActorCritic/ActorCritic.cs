using Microsoft.Extensions.Logging;

namespace MbMix.Learning;

/// <summary>
/// The parts that short-horizon actor-critic algorithms are made of, and what is done with them in every one: a window is rolled with the policy
/// in the graph, the actor descends along a gradient, the critic is fitted to TD(lambda) targets and its target follows. Objectives are the
/// algorithm's.
/// </summary>
/// <remarks>One thread at a time. The caller gives it the environments to roll and disposes it.</remarks>
public sealed class ActorCritic : ICheckpointed, IDisposable
{
    private const double ExplodedValue = 1e6;
    private const int MaxSkipsInARow = 20;

    private readonly ActorCriticOptions options;
    private readonly ValueNetwork critic;
    private readonly ObservationNormalizer normalizer;
    private readonly ActionBounds bounds;
    private readonly Adam actorAdam;
    private readonly Adam criticAdam;
    private readonly CriticFit criticFit;
    private readonly GradientHealth health;
    private long skipsInARow;

    private ActorCritic(
        ActorCriticOptions options, GaussianActor actor, ValueNetwork critic, ObservationNormalizer normalizer, ActionBounds bounds, GradientHealth health)
    {
        (this.options, Actor, this.critic, this.normalizer, this.bounds, this.health) = (options, actor, critic, normalizer, bounds, health);
        actorAdam = new Adam(actor.Parameters, options.AdamBeta1, options.AdamBeta2);
        criticAdam = new Adam(critic.Parameters, options.AdamBeta1, options.AdamBeta2);
        criticFit = new CriticFit(critic, criticAdam, options.CriticPasses, options.CriticMinibatches, options.MaxGradientNorm);
        Policy = new GaussianPolicy(actor, options.NormalizeObservations ? normalizer : null, ActionSquash.Tanh, bounds);
    }

    /// <summary>The stochastic policy network.</summary>
    public GaussianActor Actor { get; }

    /// <summary>The policy as others see it, always as it is now.</summary>
    public IPolicy Policy { get; }

    /// <summary>Steps that the actor's optimizer has taken.</summary>
    public long PolicyUpdates => actorAdam.Steps;

    /// <summary>Makes all parts with their initial weights.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="spec">The environment's description.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="workers">Threads to share batches with; null for the calling thread alone.</param>
    /// <param name="logger">Where to say that training is going wrong.</param>
    public static ActorCritic Build(ActorCriticOptions options, EnvSpec spec, long seed, IWorkers? workers, ILogger logger)
    {
        var actor = new GaussianActor(
            new Mlp(spec.Observation.Size, options.ActorHidden, spec.Action.Size, options.Activation, layerNorm: true),
            options.InitialLogStd,
            Initialization.Uniform,
            new CounterRandom(seed, "actor/weights"),
            workers);
        var critic = new ValueNetwork(
            new Mlp(spec.Observation.Size, options.CriticHidden, 1, options.Activation, layerNorm: true),
            Initialization.Orthogonal,
            new CounterRandom(seed, "critic/weights"),
            workers);
        return new ActorCritic(
            options,
            actor,
            critic,
            new ObservationNormalizer(spec.Observation.Size),
            new ActionBounds(spec.Action),
            new GradientHealth(logger, options.Environments, options.Horizon));
    }

    /// <summary>Learning rates of actor and critic, both linear in the share of the budget that is used up.</summary>
    /// <param name="progress">That share, 0 to 1.</param>
    public (double Actor, double Critic) LearningRates(double progress) =>
        (Schedule.Linear(options.ActorLearningRate, options.FinalLearningRate, progress), Schedule.Linear(options.CriticLearningRate, options.FinalLearningRate, progress));

    /// <summary>
    /// Rolls a window of all environments under the current policy, <c>a = bounds(tanh(mean(o) + std noise))</c>, with the graph from every action to
    /// every later reward and value. Actor and critic see it through the normalizer's statistics of its start, while the live ones go on.
    /// </summary>
    /// <param name="envs">Environments.</param>
    /// <param name="horizon">Steps H.</param>
    /// <param name="noise">Where the policy's noise comes from.</param>
    /// <param name="draw">Which draw of it.</param>
    /// <param name="clock">Told where the time goes.</param>
    /// <param name="keepTransitions">Whether the window keeps its transitions.</param>
    /// <param name="gradients">Whether there is a graph at all.</param>
    /// <param name="observe">Whether the normalizer takes the observations in.</param>
    /// <exception cref="MbMixException">The critic has exploded.</exception>
    public RolloutWindow Roll(
        VectorEnv envs, int horizon, CounterRandom noise, long draw, PhaseClock? clock = null, bool keepTransitions = false, bool gradients = true, bool observe = true)
    {
        using var mode = torch.set_grad_enabled(gradients);
        var flags = new RolloutFlags(horizon, envs.Lanes);
        var steps = new VectorStep[horizon];
        var actions = new Tensor[horizon];
        var observation = envs.BeginWindow();
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

        // one evaluation of the target critic for the whole window, on the observations before any reset
        var final = torch.cat([.. steps.Select(s => s.FinalObservation)]);
        var nextValues = critic.TargetValue(snapshot is null ? final : snapshot.Normalize(final)).view(horizon, envs.Lanes);
        var rewards = torch.stack([.. steps.Select(s => s.Reward)]);
        if (options.RewardScale != 1) rewards *= options.RewardScale;
        clock?.Networks();
        CheckValues(nextValues.Values<float>(), draw);
        return new RolloutWindow(policy, snapshot, flags, rewards, nextValues, transitions);
    }

    /// <summary>Begins a window of policy steps on observations that come normalized, such as those of a model rollout.</summary>
    /// <param name="noise">Standard normal numbers <c>[H, B, A]</c>.</param>
    public PolicyWindow BeginPolicy(Tensor noise) => BeginPolicy(noise, null);

    /// <summary>The target critic's values of normalized observations; differentiable in them, with frozen parameters.</summary>
    /// <param name="observations">Normalized observations <c>[B, O]</c>.</param>
    /// <returns>Values <c>[B]</c>.</returns>
    public Tensor TargetValues(Tensor observations) => critic.TargetValue(observations);

    /// <summary>One clipped Adam step of the actor along the gradient that a backward pass has left in its parameters.</summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="actionGradients">Per step of the window the norm of the gradient of its actions.</param>
    /// <param name="faults">Faulted lanes since the start of training.</param>
    /// <param name="clock">Told where the time goes.</param>
    /// <exception cref="MbMixException">The gradient was not finite too many times in a row.</exception>
    public UpdateReport Descend(double learningRate, ReadOnlySpan<double> actionGradients, long faults, PhaseClock? clock = null)
    {
        health.Observe(Actor.Parameters.Gradients, actionGradients);
        var update = actorAdam.Step(learningRate, options.MaxGradientNorm);
        clock?.Optimizer();
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (skipsInARow >= MaxSkipsInARow)
            throw new MbMixException($"The actor's gradient was not finite {MaxSkipsInARow} times in a row; try a shorter horizon or a smaller learning rate.");
        health.Judge(update, faults);
        return update;
    }

    /// <summary>Notes that there was nothing to descend along in this iteration.</summary>
    /// <param name="faults">Faulted lanes since the start of training.</param>
    public void SkipDescent(long faults) => health.Nothing(faults);

    /// <summary>Fits the critic to the TD(lambda) returns of a window, and lets the target critic follow.</summary>
    /// <param name="window">Window.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clock">Told where the time goes.</param>
    public CriticFitReport FitCritic(RolloutWindow window, double learningRate, PhaseClock? clock = null)
    {
        var targets = TensorSpans.Empty(window.Flags.Size);
        Returns.TdLambda(
            window.Rewards.Values<float>(), window.NextValues.Values<float>(), window.Flags, options.Gamma, options.CriticLambda, targets.Values<float>());
        clock?.Other();
        var report = criticFit.Run(window.Observations, targets, window.Flags, learningRate, clock);
        critic.UpdateTarget(options.TargetKeep);
        clock?.Optimizer();
        return report;
    }

    /// <summary>The columns of the log that every actor-critic algorithm has.</summary>
    /// <param name="actorLoss">Loss of the actor; NaN where there was none.</param>
    /// <param name="update">What became of the actor's step; null where there was none.</param>
    /// <param name="criticFit">What the critic's fit did.</param>
    /// <param name="rates">Learning rates of actor and critic.</param>
    /// <param name="window">The window.</param>
    public IEnumerable<Metric> Metrics(double actorLoss, UpdateReport? update, CriticFitReport criticFit, (double Actor, double Critic) rates, RolloutWindow window) =>
    [
        new("loss/actor", actorLoss),
        new("loss/critic", criticFit.Loss),
        new("gradient/actor", update?.GradientNorm ?? double.NaN),
        new("gradient/actor-clipped", update is { Clipped: true } ? 1 : 0),
        new("gradient/critic", criticFit.GradientNorm),
        new("gradient/critic-clipped", criticFit.ClippedShare),
        new("gradient/skipped", actorAdam.Skipped + criticAdam.Skipped),
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
        writer.Write<long>("skips", [skipsInARow]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        skipsInARow = reader.Read<long>("skips")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Actor.Dispose();
        critic.Dispose();
        bounds.Dispose();
    }

    private (string Name, ICheckpointed Part)[] Parts =>
        [("actor", Actor), ("critic", critic), ("actor_adam", actorAdam), ("critic_adam", criticAdam), ("normalizer", normalizer), ("health", health)];

    private static TransitionBatch Transitions(VectorStep[] steps, Tensor[] actions)
    {
        static Tensor All(IEnumerable<Tensor> parts) => torch.cat([.. parts.Select(p => p.detach())]);
        return new TransitionBatch(All(steps.Select(s => s.State)), All(actions), All(steps.Select(s => s.NextState)));
    }

    private PolicyWindow BeginPolicy(Tensor noise, NormalizerSnapshot? snapshot) => Actor.BeginWindow(noise, snapshot, bounds);

    private static void CheckValues(ReadOnlySpan<float> values, long draw)
    {
        foreach (float v in values)
        {
            if (Math.Abs(v) <= ExplodedValue) continue;
            throw new MbMixException(
                FormattableString.Invariant($"The critic's value reached {v:g3} in iteration {draw + 1}; try a smaller critic learning rate or a smaller reward scale."));
        }
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values) sum += v;
        return sum / values.Length;
    }
}
