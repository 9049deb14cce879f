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
    SacOptions options, EnvSpec spec, VectorEnv envs, SacParts parts, ReplayTable replay, long seed, ILogger logger)
    : IPolicyOptimizer
{
    private const int MostSkipsInARow = 100;

    private readonly PhaseClock clock = new(envs);
    private readonly CounterRandom exploration = new(seed, "sac/exploration");
    private readonly CounterRandom choice = new(seed, "sac/batches");
    private readonly CounterRandom targetNoise = new(seed, "sac/noise/target");
    private readonly CounterRandom actorNoise = new(seed, "sac/noise/actor");
    private readonly bool[] valid = new bool[envs.Lanes];
    private readonly float[] terminated = new float[envs.Lanes];
    private long vectorSteps, updates, skipsInARow;

    // updates that are due; a fraction is carried over
    private double due;

    public IPolicy Policy => parts.Actor;

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
            Costs = envs.ReportCosts(parts.ActorOptimizer.Steps),
            Metrics =
            [
                new("loss/policy", sums.Mean(sums.Actor)),
                new("loss/value", sums.Mean(sums.Critic)),
                new("policy/entropy", sums.Mean(sums.Entropy)),
                new("policy/alpha", parts.Alpha),
                new("value/mean", sums.Mean(sums.Value) / options.RewardScale),
                new("gradient/norm", sums.Mean(sums.Norm)),
                new("gradient/clipped", sums.Mean(sums.Clipped)),
                new("gradient/skipped", parts.ActorOptimizer.Skipped),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        parts.Save(writer);
        replay.Save(writer.Section("replay"));
        envs.Save(writer.Section("envs"));
        writer.Write<long>("progress", [vectorSteps, updates, skipsInARow]);
        writer.Write<double>("due", [due]);
    }

    public void Load(ICheckpointReader reader)
    {
        parts.Load(reader);
        replay.Load(reader.Section("replay"));
        envs.Load(reader.Section("envs"));
        var progress = reader.Read<long>("progress");
        (vectorSteps, updates, skipsInARow) = (progress[0], progress[1], progress[2]);
        due = reader.Read<double>("due")[0];
    }

    public void Dispose()
    {
        envs.Dispose();
        parts.Dispose();
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
                using var snapshot = parts.Normalizer?.Snapshot();
                var noise = exploration.NormalTensor(vectorSteps, envs.Lanes, spec.Action.Size);
                action = parts.Actor.FrozenSample(Normalize(snapshot, observation), noise).Action;
            }
            else
            {
                action = exploration.UniformTensor(vectorSteps, envs.Lanes, spec.Action.Size).mul_(2).sub_(1);
            }
            clock.Networks();
            vectorSteps++;
            var outcome = envs.Step(parts.Actor.ToEnvironment(action));
            // the next state of a transition is the one before any reset; a time limit does not end the task
            for (int b = 0; b < envs.Lanes; b++)
            {
                valid[b] = !envs.Faulted[b];
                terminated[b] = envs.Terminated[b] ? 1 : 0;
            }
            long before = replay.Added;
            var ends = TensorSpans.From(terminated, envs.Lanes);
            replay.Add([observation, action, outcome.Reward, outcome.FinalObservation, ends], valid);
            parts.Normalizer?.Update(observation);
            if (learning) due += (replay.Added - before) * options.UpdatesPerTransition;
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
            clock.Other();
        }
        envs.EndWindow();
    }

    private void Update(Sums sums)
    {
        var batch = replay.Sample(options.BatchSize, choice, updates);
        var (action, reward, terminal) = (batch[1], batch[2] * options.RewardScale, batch[4]);
        using var snapshot = parts.Normalizer?.Snapshot();
        Tensor observation = Normalize(snapshot, batch[0]), next = Normalize(snapshot, batch[3]);
        clock.Other();

        // y = r + gamma (1 - terminated) [min_j Q'_j(s', a') - alpha log pi(a'|s')],  a' ~ pi(.|s')
        var target = Target(reward, terminal, next);
        // L_Q = sum_j E[(Q_j(s, a) - y)^2]
        var pair = torch.cat([observation, action], 1);
        var value = parts.Critics[0].Value(pair);
        var critic = (value - target).square().mean() + (parts.Critics[1].Value(pair) - target).square().mean();
        Backward.Run(critic);
        clock.Networks();
        foreach (var optimizer in parts.CriticOptimizers)
            optimizer.Step(options.CriticLearningRate, options.MaxGradientNorm);
        clock.Optimizer();

        // L_pi = E[alpha log pi(a~|s) - min_j Q_j(s, a~)],  a~ ~ pi(.|s)
        var noise = actorNoise.NormalTensor(updates, options.BatchSize, spec.Action.Size);
        var (sample, logProbability) = parts.Actor.Sample(observation, noise);
        var sampled = torch.cat([observation, sample], 1);
        var best = torch.minimum(parts.Critics[0].FrozenValue(sampled), parts.Critics[1].FrozenValue(sampled));
        var actor = (logProbability * parts.Alpha - best).mean();
        Backward.Run(actor);
        clock.Networks();
        var update = parts.ActorOptimizer.Step(options.ActorLearningRate, options.MaxGradientNorm);
        Count(update);

        // L_alpha = -E[log alpha (log pi(a~|s) + H)]
        double entropy = -logProbability.detach().mean().item<float>();
        double targetEntropy = options.TargetEntropy * spec.Action.Size;
        parts.TemperatureGradient = (float)(entropy - targetEntropy);
        parts.TemperatureOptimizer.Step(options.TemperatureLearningRate);

        foreach (var network in parts.Critics) network.UpdateTarget(1 - options.Tau);
        updates++;
        sums.Add(actor.item<float>(), critic.item<float>(), value.detach().mean().item<float>(), entropy, update);
        clock.Optimizer();
    }

    private Tensor Target(Tensor reward, Tensor terminal, Tensor next)
    {
        using var noGrad = torch.no_grad();
        var noise = targetNoise.NormalTensor(updates, options.BatchSize, spec.Action.Size);
        var (action, logProbability) = parts.Actor.FrozenSample(next, noise);
        var pair = torch.cat([next, action], 1);
        var worst = torch.minimum(parts.Critics[0].TargetValue(pair), parts.Critics[1].TargetValue(pair));
        return SoftTarget(reward, terminal, worst, logProbability, options.Gamma, parts.Alpha);
    }

    /// <summary>The target of the critics.</summary>
    internal static Tensor SoftTarget(
        Tensor reward, Tensor terminal, Tensor value, Tensor logProbability, double gamma, double alpha) =>
        reward + (gamma * (1 - terminal) * (value - alpha * logProbability));

    private void Count(UpdateReport update)
    {
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (update.Skipped) logger.LogWarning("The gradient is not finite, so an update was skipped.");
        if (skipsInARow >= MostSkipsInARow)
        {
            throw new MbMixException(
                $"The gradient was not finite {MostSkipsInARow} times in a row; try a smaller learning rate.");
        }
    }

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
