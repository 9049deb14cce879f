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
        var sums = new Sums();
        Collect();
        while (due >= 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            Update(sums);
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
                new("loss/policy", sums.Mean(sums.Actor)),
                new("loss/value", sums.Mean(sums.Critic)),
                new("policy/entropy", sums.Mean(sums.Entropy)),
                new("policy/alpha", agent.Alpha),
                new("value/mean", sums.Mean(sums.Value) / options.RewardScale),
                new("gradient/norm", sums.Mean(sums.Norm)),
                new("gradient/clipped", sums.Mean(sums.Clipped)),
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

    private void Update(Sums sums)
    {
        var batch = replay.Sample(options.BatchSize, choice, updates);
        var reward = batch.Reward * options.RewardScale;
        using var snapshot = agent.Normalizer?.Snapshot();
        Tensor observation = Normalize(snapshot, batch.Observation), next = Normalize(snapshot, batch.NextObservation);
        clock.Other();

        // y = r + gamma (1 - terminated) [min_j Q'_j(s', a') - alpha log pi(a'|s')],  a' ~ pi(.|s')
        var target = agent.Target(reward, batch.Terminated, next, Noise(targetNoise));
        // L_Q = sum_j E[(Q_j(s, a) - y)^2]
        var (criticLoss, value) = agent.UpdateCritics(observation, batch.Action, target, clock);

        // L_pi = E[alpha log pi(a~|s) - min_j Q_j(s, a~)],  a~ ~ pi(.|s)
        var (sample, logProbability) = agent.Actor.Sample(observation, Noise(actorNoise));
        var loss = (logProbability * agent.Alpha - agent.Value(observation, sample)).mean();
        var update = agent.UpdateActor(loss, clock);
        if (update.Skipped) logger.LogWarning("The gradient is not finite, so an update was skipped.");

        // L_alpha = -E[log alpha (log pi(a~|s) + H)]
        double entropy = agent.UpdateTemperature(logProbability);

        // Q'_j = (1 - tau) Q'_j + tau Q_j
        agent.UpdateTargets();
        updates++;
        sums.Add(loss.item<float>(), criticLoss, value, entropy, update);
        clock.Optimizer();
    }

    private Tensor Noise(CounterRandom random) => random.NormalTensor(updates, options.BatchSize, spec.Action.Size);

    private static Tensor Normalize(NormalizerSnapshot? snapshot, Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);

    /// <summary>Sums over the updates of an iteration.</summary>
    private sealed class Sums
    {
        private int count;

        public double Actor { get; private set; }

        public double Critic { get; private set; }

        public double Value { get; private set; }

        public double Entropy { get; private set; }

        public double Norm { get; private set; }

        public double Clipped { get; private set; }

        /// <summary>A sum divided by the number of updates; NaN where there was none.</summary>
        public double Mean(double sum) => sum / count;

        public void Add(double actor, double critic, double value, double entropy, UpdateReport update)
        {
            Actor += actor;
            Critic += critic;
            Value += value;
            Entropy += entropy;
            Norm += update.GradientNorm;
            Clipped += update.Clipped ? 1 : 0;
            count++;
        }
    }
}
