using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.SAC;

/// <summary>
/// Soft actor-critic with two critics and a learned temperature (Haarnoja et al. 2018, arXiv 1812.05905): transitions
/// are kept in a replay buffer, the critics learn the soft value of actions from them, and the actor learns to prefer
/// valuable actions while staying random.
/// </summary>
internal sealed class Sac(
    SacOptions options, EnvSpec spec, VectorEnv envs, SoftActorCritic agent, TransitionReplay replay, long seed,
    ILogger logger)
    : IPolicyOptimizer
{
    private readonly PhaseClock clock = new(envs);
    private readonly CounterRandom exploration = new(seed, "sac/exploration");
    private readonly CounterRandom choice = new(seed, "sac/batches");
    private readonly CounterRandom targetNoise = new(seed, "sac/noise/target");
    private readonly CounterRandom actorNoise = new(seed, "sac/noise/actor");
    private long vectorSteps, updates;

    // updates that are due; a fraction is carried over
    private double due;

    public IPolicy Policy => agent.Actor;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        var means = new MetricMeans();
        Collect();
        while (due >= 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            Update(means);
            due--;
        }
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(agent.ActorUpdates),
            Metrics =
            [
                new("loss/policy", means["loss/policy"]),
                new("loss/value", means["loss/value"]),
                new("policy/entropy", means["policy/entropy"]),
                new("policy/alpha", agent.Alpha),
                new("value/mean", means["value/mean"]),
                new("gradient/norm", means["gradient/norm"]),
                new("gradient/clipped", means["gradient/clipped"]),
                new("gradient/skipped", agent.Skipped),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        agent.Save(writer);
        replay.Save(writer.Section("replay"));
        envs.Save(writer.Section("envs"));
        writer.Write<long>("progress", [vectorSteps, updates]);
        writer.Write<double>("due", [due]);
    }

    public void Load(ICheckpointReader reader)
    {
        agent.Load(reader);
        replay.Load(reader.Section("replay"));
        envs.Load(reader.Section("envs"));
        var progress = reader.Read<long>("progress");
        (vectorSteps, updates) = (progress[0], progress[1]);
        due = reader.Read<double>("due")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }

    // uniformly random actions until learning starts, then actions sampled from the policy
    private void Collect()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var observation = envs.BeginWindow();
        for (int t = 0; t < options.Horizon; t++)
        {
            using var step = torch.NewDisposeScope();
            bool learning = replay.Added >= options.LearningStarts;
            Tensor action;
            if (learning)
            {
                using var snapshot = agent.Normalizer?.Snapshot();
                var noise = exploration.NormalTensor(vectorSteps, envs.Lanes, spec.Action.Size);
                action = agent.Actor.FrozenSample(Normalize(snapshot, observation), noise).Action;
            }
            else
            {
                action = exploration.UniformTensor(vectorSteps, envs.Lanes, spec.Action.Size).mul_(2).sub_(1);
            }
            clock.Networks();
            vectorSteps++;
            var outcome = envs.Step(agent.Actor.ToEnvironment(action));
            int added = replay.Add(envs, observation, action, outcome);
            agent.Normalizer?.Update(observation);
            if (learning) due += added * options.UpdatesPerTransition;
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
            clock.Other();
        }
        envs.EndWindow();
    }

    private void Update(MetricMeans means)
    {
        var batch = replay.Sample(options.BatchSize, choice, updates);
        var update = agent.Update(batch, Noise(targetNoise), Noise(actorNoise), clock, means);
        if (update.Skipped) logger.LogWarning("The gradient is not finite, so an update was skipped.");
        updates++;
    }

    private Tensor Noise(CounterRandom random) => random.NormalTensor(updates, options.BatchSize, spec.Action.Size);

    private static Tensor Normalize(NormalizerSnapshot? snapshot, Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);
}
