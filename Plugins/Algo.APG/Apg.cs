using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.APG;

/// <summary>
/// Analytic policy gradients, also known as backpropagation through time: the policy ascends the gradient of the
/// rewards of a window of steps, which flows through simulator and policy. There is no critic, so what happens after
/// the window, or after an episode has ended, does not count.
/// </summary>
/// <remarks>
/// <code>
/// J = 1/(N H) sum_env sum_t w_t r(s_t, a_t),   a_t = tanh(mean(o_t) + std noise_t)
/// w_t = gamma^k, k steps after the window's start or the last reset (discounted), or 1 (mean)
/// </code>
/// </remarks>
internal sealed class Apg : IPolicyOptimizer
{
    private const int MostSkipsInARow = 20;

    private readonly ApgOptions options;
    private readonly long budget;
    private readonly VectorEnv envs;
    private readonly GaussianActor actor;
    private readonly Adam adam;
    private readonly ObservationNormalizer normalizer;
    private readonly ActionBounds bounds;
    private readonly GradientHealth health;
    private readonly CounterRandom noise;
    private readonly PhaseClock clock;
    private long iteration, skipsInARow;

    public Apg(ApgOptions options, OptimizerContext context)
    {
        var (spec, seed) = (context.Env.Spec, context.Seed);
        (this.options, budget) = (options, context.Budget);
        envs = new VectorEnv(context.Env, options.Environments, seed);
        actor = new GaussianActor(
            new Mlp(spec.Observation.Size, options.ActorHidden, spec.Action.Size, options.Activation, layerNorm: true),
            options.InitialLogStd,
            Initialization.Uniform,
            new CounterRandom(seed, "actor/weights"),
            context.Workers);
        adam = new Adam(actor.Parameters, options.AdamBeta1, options.AdamBeta2);
        normalizer = new ObservationNormalizer(spec.Observation.Size);
        bounds = new ActionBounds(spec.Action);
        health = new GradientHealth(context.Logger, options.Environments, options.Horizon);
        noise = new CounterRandom(seed, "policy/noise");
        clock = new PhaseClock(envs);
        Policy = new GaussianPolicy(
            actor, options.NormalizeObservations ? normalizer : null, ActionSquash.Tanh, bounds);
        if (options.ActorLearningRate == 0)
            context.Logger.LogWarning("actorLearningRate is 0: the policy stays as it is.");
    }

    public IPolicy Policy { get; }

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = torch.NewDisposeScope();
        double rate = Schedule.Linear(
            options.ActorLearningRate, options.FinalLearningRate, envs.Steps / (double)budget);

        // roll N environments for H steps; the statistics of the window's start normalize all of it
        actor.Parameters.ZeroGradients();
        using var snapshot = options.NormalizeObservations ? normalizer.Snapshot() : null;
        var policy = actor.BeginWindow(
            noise.NormalTensor(iteration, options.Horizon, envs.Lanes, actor.Actions), snapshot, bounds);
        var (rewards, flags) = Roll(envs, options.Horizon, policy.Act, normalizer.Update, clock);
        cancellationToken.ThrowIfCancellationRequested();

        // objective
        var loss = Loss(rewards * options.RewardScale, flags, options.Objective, options.Gamma);
        Backward.Run(loss);
        double actorLoss = loss.item<float>();
        clock.Networks();
        cancellationToken.ThrowIfCancellationRequested();

        // descend
        var episodes = envs.ReportEpisodes();
        var update = Descend(rate, policy.ActionGradients, episodes.Faults);
        iteration++;

        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = episodes,
            Costs = envs.ReportCosts(adam.Steps),
            Metrics =
            [
                new("loss/actor", actorLoss),
                new("gradient/actor", update.GradientNorm),
                new("gradient/actor-clipped", update.Clipped ? 1 : 0),
                new("gradient/skipped", adam.Skipped),
                new("learning-rate/actor", rate),
                new("policy/std", actor.MeanStd),
                .. health.Metrics,
            ],
            Seconds = clock.Report(),
        };
    }

    /// <summary>
    /// Rolls all environments for one window. Every reward depends on the actions before it in the same window and the
    /// same episode, and on no others.
    /// </summary>
    /// <param name="envs">The environments, N lanes.</param>
    /// <param name="horizon">Number of steps H.</param>
    /// <param name="policy">The action <c>[N, A]</c> of a step for an observation <c>[N, O]</c>.</param>
    /// <param name="observe">Sees the observations that are acted on, and the one after the window.</param>
    /// <param name="clock">Measures the time spent in each phase; null for no measurement.</param>
    /// <returns>Rewards <c>[H, N]</c> with gradient history, and where episodes ended.</returns>
    internal static (Tensor Rewards, RolloutFlags Flags) Roll(
        VectorEnv envs, int horizon, Func<int, Tensor, Tensor> policy, Action<Tensor> observe, PhaseClock? clock = null)
    {
        var flags = new RolloutFlags(horizon, envs.Lanes);
        var rewards = new Tensor[horizon];
        var observation = envs.BeginWindow();
        observe(observation);
        for (int t = 0; t < horizon; t++)
        {
            var action = policy(t, observation);
            clock?.Networks();
            var step = envs.Step(action);
            flags.Record(t, envs);
            (rewards[t], observation) = (step.Reward, step.Observation);
            observe(observation);
            clock?.Other();
        }
        envs.EndWindow();
        return (torch.stack(rewards), flags);
    }

    /// <summary>Computes the loss to minimize: minus the objective, averaged over steps and lanes.</summary>
    /// <param name="rewards">Rewards <c>[H, N]</c>.</param>
    /// <param name="flags">Where episodes ended.</param>
    /// <param name="objective">What is maximized.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <returns>Scalar loss.</returns>
    internal static Tensor Loss(Tensor rewards, RolloutFlags flags, ApgObjective objective, double gamma)
    {
        if (objective == ApgObjective.Mean) return -rewards.mean();
        var weights = new float[flags.Size];
        for (int b = 0; b < flags.Lanes; b++)
        {
            double weight = 1;
            for (int i = b; i < flags.Size; i += flags.Lanes)
            {
                weights[i] = (float)weight;
                weight = flags.Done[i] ? 1 : weight * gamma;
            }
        }
        return -(rewards * TensorSpans.From(weights, flags.Horizon, flags.Lanes)).mean();
    }

    public void Save(ICheckpointWriter writer)
    {
        foreach (var (name, part) in Parts) part.Save(writer.Section(name));
        writer.Write<long>("progress", [iteration, skipsInARow]);
    }

    public void Load(ICheckpointReader reader)
    {
        foreach (var (name, part) in Parts) part.Load(reader.Section(name));
        var progress = reader.Read<long>("progress");
        (iteration, skipsInARow) = (progress[0], progress[1]);
    }

    public void Dispose()
    {
        envs.Dispose();
        actor.Dispose();
        bounds.Dispose();
    }

    private (string Name, ICheckpointed Part)[] Parts =>
    [
        ("envs", envs), ("actor", actor), ("actor_adam", adam), ("normalizer", normalizer), ("health", health),
    ];

    // a gradient that is not finite is skipped, but not for ever
    private UpdateReport Descend(double rate, ReadOnlySpan<double> actionGradients, long faults)
    {
        health.Observe(actor.Parameters.Gradients, actionGradients);
        var update = adam.Step(rate, options.MaxGradientNorm);
        clock.Optimizer();
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (skipsInARow >= MostSkipsInARow)
        {
            throw new MbMixException(
                $"The actor's gradient was not finite {MostSkipsInARow} times in a row; try a shorter horizon or a "
                + "smaller learning rate.");
        }
        health.Judge(update, faults);
        return update;
    }
}
