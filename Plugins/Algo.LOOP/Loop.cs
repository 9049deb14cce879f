using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.LOOP;

/// <summary>
/// LOOP, learning off-policy with online planning (Sikchi et al., CoRL 2021, arXiv 2008.10066): soft actor-critic
/// learns from transitions that a planner has collected. The planner (<see cref="ArcPlanner"/>) looks a few steps ahead
/// in a model ensemble and values what follows by the critic.
/// </summary>
internal sealed class Loop : IPolicyOptimizer
{
    private readonly LoopOptions options;
    private readonly EnvSpec spec;
    private readonly VectorEnv envs;
    private readonly SoftActorCritic agent;
    private readonly ArcPlanner planner;
    private readonly PlanningModel model;
    private readonly TransitionReplay replay;
    private readonly ILogger logger;
    private readonly PhaseClock clock;
    private readonly ArcGuides guides;
    private readonly CounterRandom exploration, choice, targetNoise, actorNoise;
    private NormalizerSnapshot? snapshot;
    private long vectorSteps, updates, modelUpdates;

    // transitions at the last training of the model; 0 before the first
    private long fittedAt;

    // updates that are due; a fraction is carried over
    private double due;

    public Loop(
        LoopOptions options, VectorEnv envs, SoftActorCritic agent, ArcPlanner planner, PlanningModel model,
        TransitionReplay replay, long seed, ILogger logger)
    {
        (this.options, this.envs, this.agent, this.planner) = (options, envs, agent, planner);
        (this.model, this.replay, this.logger, spec) = (model, replay, logger, envs.Env.Spec);
        clock = new PhaseClock(envs);
        exploration = new CounterRandom(seed, "loop/exploration");
        choice = new CounterRandom(seed, "loop/batches");
        targetNoise = new CounterRandom(seed, "loop/noise/target");
        actorNoise = new CounterRandom(seed, "loop/noise/actor");
        guides = new ArcGuides(
            o => agent.Actor.FrozenSample(Normalize(o), torch.zeros(o.size(0), spec.Action.Size)).Action,
            (o, a) => agent.Critics[0].FrozenValue(torch.cat([Normalize(o), a], 1)),
            agent.Actor.ToEnvironment);
    }

    /// <summary>The bare actor; it does not plan.</summary>
    public IPolicy Policy => agent.Actor;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        Collect(cancellationToken);
        double modelError = Refit(cancellationToken);
        var means = new MetricMeans();
        for (; due >= 1; due--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            Update(means);
        }
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(agent.ActorUpdates, planner.ModelSteps, modelUpdates),
            Metrics =
            [
                new("loss/policy", means["loss/policy"]),
                new("loss/value", means["loss/value"]),
                new("value/mean", means["value/mean"]),
                new("policy/entropy", means["policy/entropy"]),
                new("policy/alpha", agent.Alpha),
                new("gradient/norm", means["gradient/norm"]),
                new("gradient/clipped", means["gradient/clipped"]),
                new("gradient/skipped", agent.Skipped),
                new("plan/score", planner.Score / options.RewardScale),
                new("plan/actor-weight", planner.ActorWeight),
                new("model/held-out-error", modelError),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        agent.Save(writer);
        replay.Save(writer.Section("replay"));
        envs.Save(writer.Section("envs"));
        planner.Save(writer.Section("planner"));
        writer.Write<long>("progress", [vectorSteps, updates, modelUpdates, fittedAt]);
        writer.Write<double>("due", [due]);
    }

    public void Load(ICheckpointReader reader)
    {
        agent.Load(reader);
        replay.Load(reader.Section("replay"));
        envs.Load(reader.Section("envs"));
        planner.Load(reader.Section("planner"));
        var progress = reader.Read<long>("progress");
        (vectorSteps, updates, modelUpdates, fittedAt) = (progress[0], progress[1], progress[2], progress[3]);
        due = reader.Read<double>("due")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        agent.Dispose();
    }

    // uniformly random actions until learning starts, then actions of the planner
    private void Collect(CancellationToken cancellationToken)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var observation = envs.BeginWindow();
        for (int t = 0; t < options.Horizon && !cancellationToken.IsCancellationRequested; t++)
        {
            using var step = torch.NewDisposeScope();
            bool learning = replay.Added >= options.LearningStarts;
            var action = Act(observation, learning);
            vectorSteps++;
            var outcome = envs.Step(agent.Actor.ToEnvironment(action));
            int added = replay.Add(envs, observation, action, outcome);
            for (int b = 0; b < envs.Lanes; b++)
            {
                if (envs.Done[b]) planner.Restart(b);
            }
            agent.Normalizer?.Update(observation);
            if (learning) due += added * options.UpdatesPerTransition;
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
            clock.Other();
        }
        envs.EndWindow();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private Tensor Act(Tensor observation, bool learning)
    {
        if (!learning) return exploration.UniformTensor(vectorSteps, envs.Lanes, spec.Action.Size).mul_(2).sub_(1);
        using var current = snapshot = agent.Normalizer?.Snapshot();
        Tensor action;
        if (fittedAt > 0)
        {
            action = planner.Act(envs.State.detach(), observation, guides, vectorSteps);
            clock.Model();
        }
        else
        {
            // the model waits for more transitions than the actor does
            var noise = exploration.NormalTensor(vectorSteps, envs.Lanes, spec.Action.Size);
            action = agent.Actor.FrozenSample(Normalize(observation), noise).Action;
            clock.Networks();
        }
        return action;
    }

    // trains the model now and then
    private double Refit(CancellationToken cancellationToken)
    {
        if (replay.Added < Math.Max(options.LearningStarts, model.MinimumTransitions)) return double.NaN;
        if (fittedAt > 0 && replay.Added - fittedAt < options.RefitEvery) return double.NaN;
        var report = model.Train(
            replay, agent.Actor.ToEnvironment, options.RefitEpochs, options.RefitRows, cancellationToken);
        (fittedAt, modelUpdates) = (replay.Added, modelUpdates + report.Updates);
        clock.Model();
        return report.HeldOutError;
    }

    // one update of soft actor-critic
    private void Update(MetricMeans means)
    {
        var batch = replay.Sample(options.BatchSize, choice, updates);
        var update = agent.Update(batch, Noise(targetNoise), Noise(actorNoise), clock, means);
        if (update.Skipped) logger.LogWarning("The gradient is not finite, so an update was skipped.");
        updates++;
    }

    private Tensor Noise(CounterRandom random) => random.NormalTensor(updates, options.BatchSize, spec.Action.Size);

    private Tensor Normalize(Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);
}
