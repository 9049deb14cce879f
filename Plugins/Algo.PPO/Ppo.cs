using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.PPO;

/// <summary>
/// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347): rollouts without gradients, followed by
/// several passes over them that raise the probability of better actions, with the probability ratio clipped.
/// </summary>
internal sealed class Ppo(
    PpoOptions options, EnvSpec spec, VectorEnv envs, PpoNetwork network, Adam optimizer,
    ObservationNormalizer? normalizer, CounterRandom noise, ILogger logger) : IPolicyOptimizer
{
    private const double MeanLimit = 1.1;
    private const double RateFactor = 1.5;
    private const int MaxSkipsInARow = 100;

    private readonly PhaseClock clock = new(envs);
    private readonly RolloutFlags flags = new(options.Horizon, options.Environments);
    private readonly RunningStatistics valueStatistics = new(1);
    private readonly float logProbabilityOffset = (float)(-0.5 * Math.Log(2 * Math.PI) * spec.Action.Size);
    private double learningRate = options.LearningRate;
    private long iteration;
    private int skipsInARow;

    public IPolicy Policy => network;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        using var scope = torch.NewDisposeScope();
        var rollout = Collect();
        cancellationToken.ThrowIfCancellationRequested();
        var batch = Prepare(rollout);
        var sums = Learn(batch, cancellationToken);
        // update the statistics only now, so that old and new probabilities are computed from the same observations
        normalizer?.Update(rollout.RawObservations);
        iteration++;
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(optimizer.Steps),
            Metrics =
            [
                new("loss/policy", sums.Policy / sums.Count),
                new("loss/value", sums.Value / sums.Count),
                new("loss/bounds", sums.Bounds / sums.Count),
                new("policy/kl", sums.Kl / sums.Count),
                new("policy/std", MeanStd()),
                new("gradient/norm", sums.Norm / sums.Count),
                new("gradient/clipped", sums.Clipped / sums.Count),
                new("gradient/skipped", optimizer.Skipped),
                new("learning-rate/policy", learningRate),
                new("value/mean", Mean(rollout.Values) / Math.Max(options.RewardScale, double.Epsilon)),
            ],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        network.Save(writer.Section("network"));
        optimizer.Save(writer.Section("optimizer"));
        normalizer?.Save(writer.Section("normalizer"));
        valueStatistics.Save(writer.Section("values"));
        envs.Save(writer.Section("envs"));
        writer.Write<double>("learning_rate", [learningRate]);
        writer.Write<long>("progress", [iteration, skipsInARow]);
    }

    public void Load(ICheckpointReader reader)
    {
        network.Load(reader.Section("network"));
        optimizer.Load(reader.Section("optimizer"));
        normalizer?.Load(reader.Section("normalizer"));
        valueStatistics.Load(reader.Section("values"));
        envs.Load(reader.Section("envs"));
        learningRate = reader.Read<double>("learning_rate")[0];
        var progress = reader.Read<long>("progress");
        (iteration, skipsInARow) = (progress[0], (int)progress[1]);
    }

    public void Dispose()
    {
        envs.Dispose();
        network.Dispose();
    }

    // rolls all lanes for H steps without gradients; tensors are stored lane after lane (row b * H + t), plain arrays
    // time-major, as the returns expect
    private Rollout Collect()
    {
        int horizon = options.Horizon, lanes = envs.Lanes, size = flags.Size;
        using var noGrad = torch.no_grad();
        using var snapshot = normalizer?.Snapshot();
        var rollout = new Rollout(size, spec.Observation.Size, spec.Action.Size);
        var scaled = (noise.NormalTensor(iteration, horizon, lanes, spec.Action.Size) * network.LogStd.exp()).unbind(0);
        var observation = envs.BeginWindow();
        var reward = new float[lanes];
        var ahead = new float[lanes];
        for (int t = 0; t < horizon; t++)
        {
            using var step = torch.NewDisposeScope();
            var x = Normalize(snapshot, observation);
            var (mean, value) = network.Evaluate(x);
            var sample = mean + scaled[t];
            Denormalized(value, rollout.Values.AsSpan(t * lanes, lanes));
            if (t > 0) FillNextValues(rollout, t - 1, rollout.Values.AsSpan(t * lanes, lanes));
            Scatter(observation, rollout.RawObservations, t);
            Scatter(x, rollout.Observations, t);
            Scatter(sample, rollout.Actions, t);
            Scatter(mean, rollout.Means, t);
            var action = network.ToEnvironment(sample);
            clock.Networks();
            var outcome = envs.Step(action);
            flags.Record(t, envs);
            outcome.Reward.CopyTo(reward);
            for (int b = 0; b < lanes; b++) rollout.Rewards[t * lanes + b] = reward[b] * (float)options.RewardScale;
            clock.Other();
            if (envs.Truncated.Contains(true))
            {
                // a time limit does not end the task: the next value is that of the observation before the reset
                Denormalized(network.Evaluate(Normalize(snapshot, outcome.FinalObservation)).Value, ahead);
                for (int b = 0; b < lanes; b++)
                {
                    if (envs.Truncated[b]) rollout.NextValues[t * lanes + b] = ahead[b];
                }
                clock.Networks();
            }
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
        }
        Denormalized(network.Evaluate(Normalize(snapshot, observation)).Value, ahead);
        FillNextValues(rollout, horizon - 1, ahead);
        envs.EndWindow();
        clock.Networks();
        return rollout;
    }

    // where the episode continues, the next value is that of the next observation
    private void FillNextValues(Rollout rollout, int t, ReadOnlySpan<float> values)
    {
        for (int b = 0; b < values.Length; b++)
        {
            int i = t * values.Length + b;
            if (!flags.Done[i]) rollout.NextValues[i] = values[b];
        }
    }

    // computes advantages, standardized over the batch, and returns and old values in the units of the value head
    private Batch Prepare(Rollout rollout)
    {
        int horizon = options.Horizon, lanes = envs.Lanes, size = flags.Size;
        var advantages = new float[size];
        Returns.Gae(
            rollout.Rewards, rollout.Values, rollout.NextValues, flags, options.Gamma, options.Lambda, advantages);
        var returns = new float[size];
        for (int i = 0; i < size; i++) returns[i] = advantages[i] + rollout.Values[i];
        var (oldCenter, oldScale) = ValueScale();
        valueStatistics.Add(returns);
        var (center, scale) = ValueScale();
        network.RescaleValue(oldCenter, oldScale, center, scale);

        // the valid rows, lane after lane
        var rows = new List<long>(size);
        for (int b = 0; b < lanes; b++)
        {
            for (int t = 0; t < horizon; t++)
            {
                if (flags.Valid[t * lanes + b]) rows.Add((long)b * horizon + t);
            }
        }
        var (target, old, advantage) = (new float[rows.Count], new float[rows.Count], new float[rows.Count]);
        for (int r = 0; r < rows.Count; r++)
        {
            int i = (int)(rows[r] % horizon) * lanes + (int)(rows[r] / horizon);
            target[r] = (float)((returns[i] - center) / scale);
            old[r] = (float)((rollout.Values[i] - center) / scale);
            advantage[r] = advantages[i];
        }
        Standardize(advantage);
        Tensor Select(Tensor all) => rows.Count == size ? all : all.index_select(0, torch.tensor(rows.ToArray()));
        var means = Select(rollout.Means);
        var actions = Select(rollout.Actions);
        var logStd = network.LogStd.detach().clone();
        var batch = new Batch(
            Select(rollout.Observations),
            actions,
            means,
            logStd,
            LogProbability(actions, means, logStd),
            TensorSpans.From(old, rows.Count),
            TensorSpans.From(target, rows.Count),
            TensorSpans.From(advantage, rows.Count));
        clock.Other();
        return batch;
    }

    private Sums Learn(Batch batch, CancellationToken cancellationToken)
    {
        var sums = new Sums();
        int rows = (int)batch.Targets.shape[0];
        for (int pass = 0; pass < options.Passes; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int at = 0; at < rows; at += options.MinibatchSize)
            {
                using var scope = torch.NewDisposeScope();
                Learn(batch.Rows(at, Math.Min(options.MinibatchSize, rows - at)), sums);
            }
        }
        return sums;
    }

    private void Learn(Batch batch, Sums sums)
    {
        var (mean, value) = network.Forward(batch.Observations);
        var logStd = network.LogStd;
        var ratio = (LogProbability(batch.Actions, mean, logStd) - batch.LogProbabilities).exp();
        // L = E[min(r A, clip(r) A)]
        var policy = -torch.minimum(
            ratio * batch.Advantages, ratio.clamp(1 - options.Clip, 1 + options.Clip) * batch.Advantages).mean();
        var clipped = batch.OldValues + (value - batch.OldValues).clamp(-options.Clip, options.Clip);
        var error = torch.maximum((value - batch.Targets).square(), (clipped - batch.Targets).square()).mean();
        // pulls means outside of [-1.1, 1.1] back towards the action bounds
        var bounds = (mean.abs() - MeanLimit).clamp_min(0).square().sum(1).mean();
        var loss = policy + 0.5 * options.ValueCoefficient * error + options.BoundsCoefficient * bounds;
        if (options.EntropyCoefficient > 0) loss -= options.EntropyCoefficient * logStd.sum();
        Backward.Run(loss);
        double divergence = Divergence(mean.detach(), batch);
        sums.Add(policy.item<float>(), error.item<float>(), bounds.item<float>(), divergence);
        clock.Networks();
        var update = optimizer.Step(learningRate, options.MaxGradientNorm);
        sums.Add(update);
        clock.Optimizer();
        Count(update);
        AdaptLearningRate(divergence);
    }

    private void Count(UpdateReport update)
    {
        skipsInARow = update.Skipped ? skipsInARow + 1 : 0;
        if (update.Skipped)
            logger.LogWarning(
                "Iteration {Iteration}: the gradient is not finite, so the step was skipped.", iteration + 1);
        if (skipsInARow >= MaxSkipsInARow)
            throw new MbMixException(
                $"The gradient was not finite {MaxSkipsInARow} times in a row; try a smaller learning rate.");
    }

    private void AdaptLearningRate(double divergence)
    {
        if (options.TargetKl <= 0) return;
        if (divergence > 2 * options.TargetKl)
            learningRate = Math.Max(learningRate / RateFactor, options.MinLearningRate);
        if (divergence < 0.5 * options.TargetKl)
            learningRate = Math.Min(learningRate * RateFactor, options.MaxLearningRate);
    }

    // mean KL divergence between the rollout's policy and the current one, in closed form for diagonal Gaussians
    private double Divergence(Tensor mean, Batch batch)
    {
        using var noGrad = torch.no_grad();
        var (logStd, old) = (network.LogStd.detach(), batch.LogStd);
        var terms = old - logStd + ((2 * logStd).exp() + (mean - batch.Means).square()) / (2 * (2 * old).exp()) - 0.5;
        return terms.sum(1).mean().item<float>();
    }

    private Tensor LogProbability(Tensor action, Tensor mean, Tensor logStd) =>
        ((action - mean) * (-logStd).exp()).square().sum(1) * -0.5 - logStd.sum() + logProbabilityOffset;

    private static Tensor Normalize(NormalizerSnapshot? snapshot, Tensor observation) =>
        snapshot is null ? observation : snapshot.Normalize(observation);

    private (double Center, double Scale) ValueScale() =>
        (valueStatistics.Mean[0], Math.Sqrt(valueStatistics.Variance[0] + 1e-5));

    private void Denormalized(Tensor value, Span<float> destination)
    {
        var (center, scale) = ValueScale();
        value.CopyTo(destination);
        foreach (ref float v in destination) v = (float)(v * scale + center);
    }

    // row b of a step's tensor becomes row b * H + t
    private void Scatter(Tensor source, Tensor destination, int t)
    {
        int width = (int)destination.shape[1];
        Span<float> to = destination.Values<float>();
        Span<float> from = width * envs.Lanes <= 4096
            ? stackalloc float[width * envs.Lanes]
            : new float[width * envs.Lanes];
        source.CopyTo(from);
        for (int b = 0; b < envs.Lanes; b++)
            from.Slice(b * width, width).CopyTo(to[((b * options.Horizon + t) * width)..]);
    }

    private static void Standardize(Span<float> values)
    {
        double mean = 0, square = 0;
        foreach (float v in values) mean += v;
        mean /= Math.Max(values.Length, 1);
        foreach (float v in values) square += (v - mean) * (v - mean);
        double scale = 1 / (Math.Sqrt(square / Math.Max(values.Length - 1, 1)) + 1e-8);
        foreach (ref float v in values) v = (float)((v - mean) * scale);
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
        foreach (float s in network.LogStdValues) sum += Math.Exp(s);
        return sum / network.LogStdValues.Length;
    }

    /// <summary>What happened in the rollout: tensors are stored lane after lane, plain arrays time-major.</summary>
    private sealed class Rollout(int size, int observations, int actions)
    {
        public Tensor RawObservations { get; } = TensorSpans.Empty(size, observations);

        public Tensor Observations { get; } = TensorSpans.Empty(size, observations);

        public Tensor Actions { get; } = TensorSpans.Empty(size, actions);

        public Tensor Means { get; } = TensorSpans.Empty(size, actions);

        public float[] Rewards { get; } = new float[size];

        public float[] Values { get; } = new float[size];

        public float[] NextValues { get; } = new float[size];
    }

    /// <summary>The valid rows of a rollout, with everything needed to learn from them.</summary>
    private sealed record Batch(
        Tensor Observations, Tensor Actions, Tensor Means, Tensor LogStd, Tensor LogProbabilities, Tensor OldValues,
        Tensor Targets, Tensor Advantages)
    {
        public Batch Rows(int at, int count) => new(
            Observations.narrow(0, at, count),
            Actions.narrow(0, at, count),
            Means.narrow(0, at, count),
            LogStd,
            LogProbabilities.narrow(0, at, count),
            OldValues.narrow(0, at, count),
            Targets.narrow(0, at, count),
            Advantages.narrow(0, at, count));
    }

    /// <summary>Sums over the minibatches of an iteration.</summary>
    private sealed class Sums
    {
        public double Policy { get; private set; }

        public double Value { get; private set; }

        public double Bounds { get; private set; }

        public double Kl { get; private set; }

        public double Norm { get; private set; }

        public double Clipped { get; private set; }

        public int Count { get; private set; }

        public void Add(double policy, double value, double bounds, double kl)
        {
            Policy += policy;
            Value += value;
            Bounds += bounds;
            Kl += kl;
            Count++;
        }

        public void Add(UpdateReport update)
        {
            Norm += update.GradientNorm;
            Clipped += update.Clipped ? 1 : 0;
        }
    }
}
