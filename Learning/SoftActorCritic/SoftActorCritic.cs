namespace MbMix.Learning;

/// <summary>
/// The networks of soft actor-critic, their optimizers, and the steps that its descendants share (Haarnoja et al. 2018,
/// arXiv 1812.05905): a squashed Gaussian actor, two critics with targets, and a temperature.
/// </summary>
/// <remarks>Observations that come in are normalized; actions are those in [-1, 1].</remarks>
public sealed class SoftActorCritic : ICheckpointed, IDisposable
{
    private const int MostSkipsInARow = 100;

    private readonly SoftActorCriticOptions options;
    private readonly int actions;
    private readonly ParameterSet temperature = new([new ParameterShape("log_alpha", 1)]);
    private readonly Adam actorOptimizer, temperatureOptimizer;
    private readonly Adam[] criticOptimizers;
    private long skipsInARow;

    /// <summary>Makes networks with initial weights.</summary>
    /// <param name="options">Sizes, rates and constants.</param>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="name">Name of the algorithm, which separates its random streams from those of others.</param>
    /// <param name="workers">Threads that share a batch; null to use only the calling thread.</param>
    public SoftActorCritic(
        SoftActorCriticOptions options, EnvSpec spec, long seed, string name, IWorkers? workers = null)
    {
        this.options = options;
        actions = spec.Action.Size;
        Normalizer = options.NormalizeObservations ? new ObservationNormalizer(spec.Observation.Size) : null;
        Actor = new SquashedGaussianActor(
            spec, options.ActorHidden, options.Activation, Normalizer, new CounterRandom(seed, $"{name}/actor"),
            workers);
        Critics = [Critic(1), Critic(2)];
        temperature[0][0] = (float)Math.Log(options.InitialTemperature);
        actorOptimizer = new Adam(Actor.Parameters);
        criticOptimizers = [.. Critics.Select(critic => new Adam(critic.Parameters))];
        temperatureOptimizer = new Adam(temperature);

        ValueNetwork Critic(int number) => new(
            new Mlp(spec.Observation.Size + actions, options.CriticHidden, 1, options.Activation, layerNorm: false),
            Initialization.Uniform, new CounterRandom(seed, $"{name}/critic/{number}"), workers);
    }

    /// <summary>Statistics of the observations; null if they are used as they are.</summary>
    public ObservationNormalizer? Normalizer { get; }

    /// <summary>The policy pi.</summary>
    public SquashedGaussianActor Actor { get; }

    /// <summary>
    /// The two critics Q_1, Q_2, each with its target Q'_j. Their input is observation and action side by side
    /// <c>[B, O + A]</c>.
    /// </summary>
    public IReadOnlyList<ValueNetwork> Critics { get; }

    /// <summary>The temperature alpha.</summary>
    public double Alpha => Math.Exp(temperature[0][0]);

    /// <summary>Number of updates of the actor.</summary>
    public long ActorUpdates => actorOptimizer.Steps;

    /// <summary>Number of updates of the actor that were skipped because the gradient was not finite.</summary>
    public long Skipped => actorOptimizer.Skipped;

    /// <summary>
    /// The target of the critics: <c>y = r + gamma (1 - terminated) (Q' - alpha log pi)</c>.
    /// </summary>
    /// <param name="reward">Scaled reward r <c>[M]</c>.</param>
    /// <param name="terminated">1 where the task ended <c>[M]</c>.</param>
    /// <param name="value">Value Q' of the next observation and action <c>[M]</c>.</param>
    /// <param name="logProbability">Log probability of the next action <c>[M]</c>.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="alpha">Temperature.</param>
    public static Tensor SoftTarget(
        Tensor reward, Tensor terminated, Tensor value, Tensor logProbability, double gamma, double alpha) =>
        reward + (gamma * (1 - terminated) * (value - (alpha * logProbability)));

    /// <summary>
    /// The target of the critics with <c>Q' = min_j Q'_j(s', a')</c> and <c>a' ~ pi(.|s')</c>, without gradient.
    /// </summary>
    /// <param name="reward">Scaled reward <c>[M]</c>.</param>
    /// <param name="terminated">1 where the task ended <c>[M]</c>.</param>
    /// <param name="next">Next observation s' <c>[M, O]</c>.</param>
    /// <param name="noise">Standard normal noise of the next action <c>[M, A]</c>.</param>
    public Tensor Target(Tensor reward, Tensor terminated, Tensor next, Tensor noise)
    {
        using var noGrad = torch.no_grad();
        var (action, logProbability) = Actor.FrozenSample(next, noise);
        var pair = torch.cat([next, action], 1);
        var worst = torch.minimum(Critics[0].TargetValue(pair), Critics[1].TargetValue(pair));
        return SoftTarget(reward, terminated, worst, logProbability, options.Gamma, Alpha);
    }

    /// <summary>
    /// The smaller value of the two critics, <c>min_j Q_j(s, a)</c>, differentiable in its arguments alone.
    /// </summary>
    /// <param name="observation">Observation s <c>[M, O]</c>.</param>
    /// <param name="action">Action a <c>[M, A]</c>.</param>
    public Tensor Value(Tensor observation, Tensor action)
    {
        var pair = torch.cat([observation, action], 1);
        return torch.minimum(Critics[0].FrozenValue(pair), Critics[1].FrozenValue(pair));
    }

    /// <summary>
    /// Takes one step on the critics' loss, <c>L_Q = sum_j E[(Q_j(s, a) - y)^2]</c>.
    /// </summary>
    /// <param name="observation">Observation s <c>[M, O]</c>.</param>
    /// <param name="action">Action a <c>[M, A]</c>.</param>
    /// <param name="target">Target y <c>[M]</c>.</param>
    /// <param name="clock">Books the time.</param>
    /// <returns>The loss, and the mean of Q_1.</returns>
    public (double Loss, double Value) UpdateCritics(Tensor observation, Tensor action, Tensor target, PhaseClock clock)
    {
        var pair = torch.cat([observation, action], 1);
        var value = Critics[0].Value(pair);
        var loss = (value - target).square().mean() + (Critics[1].Value(pair) - target).square().mean();
        Backward.Run(loss);
        clock.Networks();
        foreach (var optimizer in criticOptimizers) optimizer.Step(options.CriticLearningRate, options.MaxGradientNorm);
        clock.Optimizer();
        return (loss.item<float>(), value.detach().mean().item<float>());
    }

    /// <summary>Takes one step on critics, actor and temperature, and moves the targets, as SAC does.</summary>
    /// <param name="batch">M transitions.</param>
    /// <param name="targetNoise">Standard normal noise of the next actions <c>[M, A]</c>.</param>
    /// <param name="actorNoise">Standard normal noise of the actor's actions <c>[M, A]</c>.</param>
    /// <param name="clock">Books the time.</param>
    /// <param name="means">
    /// Receives loss/policy, loss/value, value/mean, policy/entropy, gradient/norm and gradient/clipped.
    /// </param>
    public UpdateReport Update(
        Transitions batch, Tensor targetNoise, Tensor actorNoise, PhaseClock clock, MetricMeans means)
    {
        using var snapshot = Normalizer?.Snapshot();
        Tensor observation = Normalize(snapshot, batch.Observation), next = Normalize(snapshot, batch.NextObservation);
        clock.Other();

        // y = r + gamma (1 - terminated) [min_j Q'_j(s', a') - alpha log pi(a'|s')],  a' ~ pi(.|s')
        var target = Target(batch.Reward * options.RewardScale, batch.Terminated, next, targetNoise);
        // L_Q = sum_j E[(Q_j(s, a) - y)^2]
        var (criticLoss, value) = UpdateCritics(observation, batch.Action, target, clock);

        // L_pi = E[alpha log pi(a~|s) - min_j Q_j(s, a~)],  a~ ~ pi(.|s)
        var (sample, logProbability) = Actor.Sample(observation, actorNoise);
        var loss = (logProbability * Alpha - Value(observation, sample)).mean();
        var update = UpdateActor(loss, clock);

        // L_alpha = -E[log alpha (log pi(a~|s) + H)]
        double entropy = UpdateTemperature(logProbability);

        // Q'_j = (1 - tau) Q'_j + tau Q_j
        UpdateTargets();
        means.Add("loss/policy", loss.item<float>());
        means.Add("loss/value", criticLoss);
        means.Add("value/mean", value / options.RewardScale);
        means.Add("policy/entropy", entropy);
        means.Add("gradient/norm", update.GradientNorm);
        means.Add("gradient/clipped", update.Clipped ? 1 : 0);
        clock.Optimizer();
        return update;
    }

    /// <summary>Takes one step on a loss of the actor.</summary>
    /// <param name="loss">The loss L_pi, one number with gradient history.</param>
    /// <param name="clock">Books the time.</param>
    /// <param name="maxGradientNorm">
    /// Gradient norm above which this gradient is clipped, besides the options' limit.
    /// </param>
    /// <exception cref="MbMixException">The gradient was not finite many times in a row.</exception>
    public UpdateReport UpdateActor(
        Tensor loss, PhaseClock clock, double maxGradientNorm = double.PositiveInfinity)
    {
        Backward.Run(loss);
        clock.Networks();
        var update = actorOptimizer.Step(
            options.ActorLearningRate, Math.Min(options.MaxGradientNorm, maxGradientNorm));
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (skipsInARow >= MostSkipsInARow)
        {
            throw new MbMixException(
                $"The gradient was not finite {MostSkipsInARow} times in a row; try a smaller learning rate.");
        }
        clock.Optimizer();
        return update;
    }

    /// <summary>
    /// Takes one step on the temperature's loss, <c>L_alpha = -E[log alpha (log pi(a|s) + H)]</c>, with the target
    /// entropy H.
    /// </summary>
    /// <param name="logProbability">Log probabilities of sampled actions <c>[M]</c>.</param>
    /// <returns>The entropy of the policy, <c>-E[log pi(a|s)]</c>.</returns>
    public double UpdateTemperature(Tensor logProbability)
    {
        double entropy = -logProbability.detach().mean().item<float>();
        temperature.Gradients[0] = (float)(entropy - (options.TargetEntropy * actions));
        temperatureOptimizer.Step(options.TemperatureLearningRate);
        return entropy;
    }

    /// <summary>Moves the targets toward the critics: <c>Q'_j = (1 - tau) Q'_j + tau Q_j</c>.</summary>
    public void UpdateTargets()
    {
        foreach (var critic in Critics) critic.UpdateTarget(1 - options.Tau);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        Normalizer?.Save(writer.Section("normalizer"));
        foreach (var (name, part) in Parts()) part.Save(writer.Section(name));
        writer.Write<long>("skips", [skipsInARow]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        Normalizer?.Load(reader.Section("normalizer"));
        foreach (var (name, part) in Parts()) part.Load(reader.Section(name));
        skipsInARow = reader.Read<long>("skips")[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Actor.Dispose();
        foreach (var critic in Critics) critic.Dispose();
        temperature.Dispose();
    }

    private static Tensor Normalize(NormalizerSnapshot? snapshot, Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);

    private (string Name, ICheckpointed Part)[] Parts() =>
    [
        ("actor", Actor), ("critic1", Critics[0]), ("critic2", Critics[1]), ("temperature", temperature),
        ("actorOptimizer", actorOptimizer), ("critic1Optimizer", criticOptimizers[0]),
        ("critic2Optimizer", criticOptimizers[1]), ("temperatureOptimizer", temperatureOptimizer),
    ];
}
