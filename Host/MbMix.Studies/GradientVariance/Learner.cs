namespace MbMix.Studies.GradientVariance;

/// <summary>
/// A short-window actor-critic as the algorithms run it, that can also draw gradients without learning from them: the same windows,
/// objectives, critic targets and optimizers, from the same parts.
/// </summary>
internal sealed class Learner : IDisposable
{
    private const int CriticPasses = 16, CriticMinibatches = 4;
    private const double MaxGradientNorm = 1, CriticLambda = 0.95, InitialLogStd = -1;

    private readonly GradientVarianceOptions options;
    private readonly VectorEnv envs;
    private readonly ObservationNormalizer normalizer;
    private readonly GaussianActor actor;
    private readonly ValueNetwork critic;
    private readonly Adam actorAdam;
    private readonly CriticFit criticFit;
    private readonly ActionBounds bounds;
    private readonly CounterRandom training;
    private readonly CounterRandom drawing;
    private readonly PhaseClock clock;

    public Learner(GradientVarianceOptions options, IDifferentiableEnv env, long seed)
    {
        this.options = options;
        var spec = env.Spec;
        envs = new VectorEnv(env, options.Environments, seed);
        normalizer = new ObservationNormalizer(spec.Observation.Size);
        bounds = new ActionBounds(spec.Action);
        actor = new GaussianActor(
            new Mlp(spec.Observation.Size, options.ActorHidden, spec.Action.Size, Activation.Elu, layerNorm: true), InitialLogStd, Initialization.Uniform, new CounterRandom(seed, "actor/weights"));
        critic = new ValueNetwork(new Mlp(spec.Observation.Size, options.CriticHidden, 1, Activation.Elu, layerNorm: true), Initialization.Orthogonal, new CounterRandom(seed, "critic/weights"));
        actorAdam = new Adam(actor.Parameters, 0.7, 0.95);
        criticFit = new CriticFit(critic, new Adam(critic.Parameters, 0.7, 0.95), CriticPasses, CriticMinibatches, MaxGradientNorm);
        training = new CounterRandom(seed, "policy/noise");
        drawing = new CounterRandom(seed, "study/noise");
        clock = new PhaseClock(envs);
    }

    /// <summary>Iterations of training done.</summary>
    public int Iteration { get; private set; }

    /// <summary>Mean return of the last hundred training episodes; NaN before the first.</summary>
    public double Return { get; private set; } = double.NaN;

    /// <summary>One iteration of training.</summary>
    public void Train()
    {
        using var scope = torch.NewDisposeScope();
        var (window, observations) = Roll(options.TrainHorizon, training, Iteration, learn: true);
        Backward.Run(MixObjective.Loss(window.Rewards, window.Values, window.Flags, options.Gamma, options.TrainLambda));
        actorAdam.Step(options.ActorLearningRate, MaxGradientNorm);
        var targets = TensorSpans.Empty(window.Flags.Size);
        Returns.TdLambda(window.Rewards.detach().contiguous().Values<float>(), window.Values.detach().contiguous().Values<float>(), window.Flags, options.Gamma, CriticLambda, targets.Values<float>());
        criticFit.Run(observations, targets, window.Flags, options.CriticLearningRate, clock);
        critic.UpdateTarget(options.TargetKeep);
        envs.EndWindow();
        Return = envs.ReportEpisodes().MeanReturn;
        Iteration++;
    }

    /// <summary>
    /// Draws gradients of the actor, all from the present states: per draw one rollout of the longest window, from which the gradient of
    /// every objective is taken.
    /// </summary>
    /// <param name="objectives">Window lengths and lambdas.</param>
    /// <param name="draws">How many.</param>
    /// <param name="receive">Gets draw, objective and gradient; the span is good until it returns.</param>
    public void Draw(IReadOnlyList<(int Horizon, double Lambda)> objectives, int draws, GradientReceiver receive)
    {
        var entries = new Dictionary<string, CheckpointEntry>();
        envs.Save(new CheckpointWriter("", entries, rows: null));
        int longest = objectives.Max(o => o.Horizon);
        for (int draw = 0; draw < draws; draw++)
        {
            Restore(entries);
            using var scope = torch.NewDisposeScope();
            var (window, _) = Roll(longest, drawing, ((long)Iteration * 1_000_000) + draw, learn: false);
            for (int k = 0; k < objectives.Count; k++)
            {
                var (horizon, lambda) = objectives[k];
                actor.Parameters.ZeroGradients();
                Backward.Run(window.First(horizon).Loss(options.Gamma, lambda), retainGraph: k < objectives.Count - 1);
                receive(draw, k, actor.Parameters.Gradients);
            }
            actor.Parameters.ZeroGradients();
            envs.EndWindow();
        }
        Restore(entries);
    }

    public void Dispose()
    {
        envs.Dispose();
        actor.Dispose();
        critic.Dispose();
        bounds.Dispose();
    }

    private void Restore(IReadOnlyDictionary<string, CheckpointEntry> entries) =>
        envs.Load(new CheckpointReader("", entries, new Dictionary<string, RowLog>(), segments: null));

    private (DrawnWindow Window, Tensor Observations) Roll(int horizon, CounterRandom random, long counter, bool learn)
    {
        using var snapshot = normalizer.Snapshot();
        var policy = actor.BeginWindow(random.NormalTensor(counter, horizon, options.Environments, actor.Actions), snapshot, bounds);
        var flags = new RolloutFlags(horizon, options.Environments);
        var rewards = new Tensor[horizon];
        var finals = new Tensor[horizon];
        var observation = envs.BeginWindow();
        if (learn) normalizer.Update(observation);
        for (int t = 0; t < horizon; t++)
        {
            var step = envs.Step(policy.Act(t, observation));
            flags.Record(t, envs);
            (rewards[t], finals[t], observation) = (step.Reward, step.FinalObservation, step.Observation);
            if (learn) normalizer.Update(observation);
        }
        var values = critic.TargetValue(snapshot.Normalize(torch.cat(finals))).view(horizon, options.Environments);
        return (new DrawnWindow(torch.stack(rewards), values, flags), policy.Observations);
    }
}
