using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.SHAC;

/// <summary>
/// Short-horizon actor-critic (Xu et al., ICLR 2022, arXiv 2204.07137): the policy climbs the gradient of the return over a window of
/// H steps, which flows through the simulator, plus the value of where the window ends; the critic is fitted to TD(lambda) targets.
/// </summary>
internal sealed class Shac : IPolicyOptimizer
{
    private const double ExplodedValue = 1e6;
    private const int SkipsInARow = 20;

    private readonly ShacOptions options;
    private readonly OptimizerContext context;
    private readonly VectorEnv envs;
    private readonly GaussianActor actor;
    private readonly ValueNetwork critic;
    private readonly Adam actorOptimizer;
    private readonly Adam criticOptimizer;
    private readonly CriticFit criticFit;
    private readonly ObservationNormalizer normalizer;
    private readonly ActionBounds bounds;
    private readonly CounterRandom noise;
    private readonly PhaseClock clock;
    private readonly GradientHealth health;
    private readonly RolloutFlags flags;
    private readonly long epochs;
    private long epoch;
    private int skipsInARow;

    public Shac(ShacOptions options, OptimizerContext context)
    {
        if (context.Device.type != DeviceType.CPU) throw new MbMixException($"SHAC computes on the CPU; the device {context.Device} was asked for.");
        if (context.Env.Spec.Gradient.Kind == GradientKind.None)
            throw new MbMixException($"SHAC differentiates the environment, and {context.Env.Spec.Id} has no gradients; choose PPO for it.");
        (this.options, this.context) = (options, context);
        var (observations, actions, seed) = (context.Env.Spec.Observation.Size, context.Env.Spec.Action.Size, context.Seed);
        bounds = new ActionBounds(context.Env.Spec.Action);
        envs = new VectorEnv(context.Env, options.Environments, seed);
        normalizer = new ObservationNormalizer(observations);
        actor = new GaussianActor(
            new Mlp(observations, options.ActorHidden, actions, options.Activation, layerNorm: true),
            options.InitialLogStd,
            Initialization.Uniform,
            new CounterRandom(seed, "actor/weights"),
            context.Workers);
        critic = new ValueNetwork(
            new Mlp(observations, options.CriticHidden, 1, options.Activation, layerNorm: true),
            Initialization.Orthogonal,
            new CounterRandom(seed, "critic/weights"),
            context.Workers);
        actorOptimizer = new Adam(actor.Parameters, options.AdamBeta1, options.AdamBeta2);
        criticOptimizer = new Adam(critic.Parameters, options.AdamBeta1, options.AdamBeta2);
        criticFit = new CriticFit(critic, criticOptimizer, options.CriticIterations, options.CriticMinibatches, options.MaxGradientNorm);
        noise = new CounterRandom(seed, "policy/noise");
        clock = new PhaseClock(envs);
        health = new GradientHealth(context.Logger, options.Environments, options.Horizon);
        flags = new RolloutFlags(options.Horizon, options.Environments);
        epochs = Math.Max(1, (context.Budget + flags.Size - 1) / flags.Size);
        Policy = new GaussianPolicy(actor, options.NormalizeObservations ? normalizer : null, ActionSquash.Tanh, bounds);
    }

    public IPolicy Policy { get; }

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = torch.NewDisposeScope();
        double progress = epoch / (double)epochs;
        double actorRate = Schedule.Linear(options.ActorLearningRate, options.FinalLearningRate, progress);
        double criticRate = Schedule.Linear(options.CriticLearningRate, options.FinalLearningRate, progress);

        var window = Rollout();
        cancellationToken.ThrowIfCancellationRequested();
        var (actorLoss, actorUpdate) = UpdateActor(window, actorRate);
        var episodes = envs.ReportEpisodes();
        health.Judge(actorUpdate, episodes.Faults);
        cancellationToken.ThrowIfCancellationRequested();
        var criticUpdate = FitCritic(window, criticRate);
        epoch++;

        double value = Mean(window.NextValues.Values<float>());
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = episodes,
            Costs = envs.ReportCosts(actorOptimizer.Steps),
            Metrics =
            [
                new("loss/actor", actorLoss),
                new("loss/critic", criticUpdate.Loss),
                new("gradient/actor", actorUpdate.GradientNorm),
                new("gradient/actor-clipped", actorUpdate.Clipped ? 1 : 0),
                new("gradient/critic", criticUpdate.GradientNorm),
                new("gradient/critic-clipped", criticUpdate.ClippedShare),
                new("gradient/skipped", actorOptimizer.Skipped + criticOptimizer.Skipped),
                new("learning-rate/actor", actorRate),
                new("learning-rate/critic", criticRate),
                new("value/mean", value),
                new("policy/std", MeanStd()),
                .. health.Metrics,
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        actor.Save(writer.Section("actor"));
        critic.Save(writer.Section("critic"));
        actorOptimizer.Save(writer.Section("actor_optimizer"));
        criticOptimizer.Save(writer.Section("critic_optimizer"));
        normalizer.Save(writer.Section("normalizer"));
        envs.Save(writer.Section("envs"));
        health.Save(writer.Section("health"));
        writer.Write<long>("progress", [epoch, skipsInARow]);
    }

    public void Load(ICheckpointReader reader)
    {
        actor.Load(reader.Section("actor"));
        critic.Load(reader.Section("critic"));
        actorOptimizer.Load(reader.Section("actor_optimizer"));
        criticOptimizer.Load(reader.Section("critic_optimizer"));
        normalizer.Load(reader.Section("normalizer"));
        envs.Load(reader.Section("envs"));
        health.Load(reader.Section("health"));
        var progress = reader.Read<long>("progress");
        (epoch, skipsInARow) = (progress[0], (int)progress[1]);
    }

    public void Dispose()
    {
        envs.Dispose();
        actor.Dispose();
        critic.Dispose();
        bounds.Dispose();
    }

    // H steps of all lanes under the current policy, with the graph from every action to every later reward and value
    private Window Rollout()
    {
        int horizon = options.Horizon, lanes = envs.Lanes;
        var observation = envs.BeginWindow();
        // actor and critic see the window through the statistics of its start, while the live ones go on
        using var snapshot = options.NormalizeObservations ? normalizer.Snapshot() : null;
        var policy = actor.BeginWindow(noise.NormalTensor(epoch, horizon, lanes, actor.Actions), snapshot, bounds);
        var rewards = new Tensor[horizon];
        var finals = new Tensor[horizon];
        normalizer.Update(observation);
        for (int t = 0; t < horizon; t++)
        {
            // a = bounds(tanh(mean(o) + std noise))
            var action = policy.Act(t, observation);
            clock.Networks();
            var step = envs.Step(action);
            flags.Record(t, envs);
            (rewards[t], finals[t], observation) = (step.Reward, step.FinalObservation, step.Observation);
            normalizer.Update(observation);
            clock.Other();
        }
        envs.EndWindow();

        // one evaluation of the target critic for the whole window, on the observations before any reset
        var final = torch.cat(finals);
        var nextValues = critic.TargetValue(snapshot is null ? final : snapshot.Normalize(final)).view(horizon, lanes);
        var reward = torch.stack(rewards);
        if (options.RewardScale != 1) reward *= options.RewardScale;
        clock.Networks();
        CheckValues(nextValues.Values<float>());
        return new Window(policy, reward, nextValues);
    }

    // one step up the gradient of J = sum gamma^t r_t + gamma^H V(s_H), per segment between resets, averaged over steps and lanes
    private (double Loss, UpdateReport Update) UpdateActor(Window window, double learningRate)
    {
        var loss = MixObjective.Loss(window.Rewards, window.NextValues, flags, options.Gamma, lambda: 1);
        Backward.Run(loss);
        double value = loss.item<float>();
        clock.Networks();
        health.Observe(actor.Parameters.Gradients, window.Policy.ActionGradients);
        var update = actorOptimizer.Step(learningRate, options.MaxGradientNorm);
        clock.Optimizer();
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (skipsInARow >= SkipsInARow)
            throw new MbMixException($"The actor's gradient was not finite {SkipsInARow} times in a row; try a shorter horizon or a smaller learning rate.");
        return (value, update);
    }

    // regression to the TD(lambda) returns of the window
    private CriticFitReport FitCritic(Window window, double learningRate)
    {
        var targets = TensorSpans.Empty(flags.Size);
        Returns.TdLambda(window.Rewards.Values<float>(), window.NextValues.Values<float>(), flags, options.Gamma, options.Lambda, targets.Values<float>());
        var report = criticFit.Run(window.Policy.Observations, targets, flags, learningRate, clock);
        critic.UpdateTarget(options.TargetKeep);
        clock.Optimizer();
        return report;
    }

    private void CheckValues(ReadOnlySpan<float> values)
    {
        foreach (float v in values)
        {
            if (!(Math.Abs(v) <= ExplodedValue))
                throw new MbMixException($"The critic's value reached {v:g3} in epoch {epoch}; try a smaller critic learning rate or a smaller reward scale.");
        }
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float v in values) sum += v;
        return sum / values.Length;
    }

    private double MeanStd()
    {
        double sum = 0;
        foreach (float s in actor.LogStdValues) sum += Math.Exp(s);
        return sum / actor.Actions;
    }

    /// <summary>What a rollout leaves: how was acted, rewards and next values <c>[H, B]</c>, the latter two in the graph.</summary>
    private sealed record Window(PolicyWindow Policy, Tensor Rewards, Tensor NextValues);
}
