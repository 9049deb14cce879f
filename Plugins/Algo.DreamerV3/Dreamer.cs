using MbMix.Learning;
using MbMix.Numerics;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// DreamerV3 (Hafner et al. 2025, Nature 640; arXiv 2301.04104): a recurrent world model is learned from replayed
/// sequences, and actor and critic learn in its imagination, without derivatives of environment or model.
/// </summary>
internal sealed class Dreamer(
    DreamerV3Options options, EnvSpec spec, VectorEnv envs, DreamerV3Parts parts, SequenceReplay replay, long seed,
    ILogger logger)
    : IPolicyOptimizer
{
    private const int MostSkipsInARow = 100;

    private readonly PhaseClock clock = new(envs);
    private readonly Recorder recorder = new(envs, replay, spec);
    private readonly TrainRatio due = new(options.TrainRatio, (long)options.BatchSize * options.BatchLength);
    private readonly CounterRandom exploration = new(seed, "dreamerv3/exploration");
    private readonly CounterRandom inference = new(seed, "dreamerv3/inference");
    private readonly CounterRandom choice = new(seed, "dreamerv3/batches");
    private readonly CounterRandom states = new(seed, "dreamerv3/noise/states");
    private readonly CounterRandom dreams = new(seed, "dreamerv3/noise/dreams");
    private readonly CounterRandom actions = new(seed, "dreamerv3/noise/actions");
    private readonly Tensor memory = torch.zeros(envs.Lanes, parts.Policy.MemorySize).DetachFromDisposeScope();
    private long vectorSteps, batches, dreamed, skipsInARow;

    public IPolicy Policy => parts.Policy;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        clock.Begin();
        var means = new Means();
        Collect();
        while (due.IsDue)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            Update(means);
            due.Updated();
        }
        clock.Other();
        return new IterationReport
        {
            EnvironmentSteps = envs.Steps,
            Episodes = envs.ReportEpisodes(),
            Costs = envs.ReportCosts(parts.Updates, dreamed, parts.Updates),
            Metrics = [.. means.Metrics, new("gradient/skipped", parts.Skipped)],
            Seconds = clock.Report(),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        parts.Save(writer);
        replay.Save(writer.Section("replay"));
        recorder.Save(writer.Section("recorder"));
        envs.Save(writer.Section("envs"));
        due.Save(writer.Section("trainRatio"));
        writer.Write("memory", memory);
        writer.Write<long>("progress", [vectorSteps, batches, dreamed, skipsInARow]);
    }

    public void Load(ICheckpointReader reader)
    {
        parts.Load(reader);
        replay.Load(reader.Section("replay"));
        recorder.Load(reader.Section("recorder"));
        envs.Load(reader.Section("envs"));
        due.Load(reader.Section("trainRatio"));
        reader.ReadInto("memory", memory);
        var progress = reader.Read<long>("progress");
        (vectorSteps, batches, dreamed, skipsInARow) = (progress[0], progress[1], progress[2], progress[3]);
    }

    public void Dispose()
    {
        memory.Dispose();
        envs.Dispose();
        parts.Dispose();
    }

    private void Collect()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var observation = envs.BeginWindow();
        for (int t = 0; t < options.Horizon; t++)
        {
            using var step = torch.NewDisposeScope();
            var (action, next) = parts.Policy.Choose(
                observation, memory, inference.UniformTensor(vectorSteps, envs.Lanes, options.Latents),
                exploration.NormalTensor(vectorSteps, envs.Lanes, spec.Action.Size));
            vectorSteps++;
            clock.Networks();
            recorder.Acted(observation, action);
            var outcome = envs.Step(parts.Policy.ToEnvironment(action));
            recorder.Stepped(outcome);
            memory.copy_(next);
            for (int b = 0; b < envs.Lanes; b++)
            {
                if (envs.Done[b]) memory.Values<float>().Slice(b * (int)next.shape[1], (int)next.shape[1]).Clear();
            }
            bool learning = replay.Count >= options.BatchSize * (long)options.BatchLength
                && replay.Sequences(options.BatchLength) > 0;
            if (learning) due.Add(envs.Lanes);
            observation = outcome.Observation.MoveToOuterDisposeScope();
            envs.State.MoveToOuterDisposeScope();
            clock.Other();
        }
        envs.EndWindow();
    }

    // everything is one loss: world model, actor and critic learn from the same batch
    private void Update(Means means)
    {
        var batch = new SequenceBatch(replay.Sample(options.BatchSize, options.BatchLength, choice, batches));
        var uniform = states.UniformTensor(batches, batch.Steps, batch.Sequences, options.Latents);
        clock.Other();
        var inferred = parts.Model.Observe(batch, uniform);
        var model = parts.Model.Losses(batch, inferred);
        clock.Model();

        // imagination starts at the last steps of each sequence, by default at all
        int count = options.ImaginationStarts == 0 ? batch.Steps : options.ImaginationStarts;
        int skipped = (batch.Steps - count) * batch.Sequences, starts = count * batch.Sequences;
        Tensor h = inferred.H.narrow(0, skipped, starts), z = inferred.Z.narrow(0, skipped, starts);
        var dream = Imagine(h.detach(), z.detach());

        var logits = parts.Behavior.Values(dream.ActingFeatures);
        var values = torch.cat([parts.Code.Mean(logits), parts.Code.Mean(FrozenValues(dream.LastFeatures))])
            .view(dream.Steps + 1, dream.Starts);
        var returns = Formulas.LambdaReturns(dream.Rewards, dream.Continues, values, options.Lambda);
        var weights = Formulas.Weights(dream.Continues).narrow(0, 0, dream.Steps).flatten();
        parts.Scale.Update(returns);
        var advantage = (returns - values.narrow(0, 0, dream.Steps)).flatten() / parts.Scale.Divisor;

        var (mean, deviation) = parts.Behavior.Actions(dream.ActingFeatures);
        var entropy = Formulas.Entropy(deviation);
        var actor = Formulas.ActorLoss(
            weights, Formulas.LogProbability(dream.Actions, mean, deviation), advantage, entropy,
            options.EntropyScale);
        var critic = (weights * ValueLosses(dream.ActingFeatures, logits, returns.flatten())).mean();
        var replayed = ReplayLoss(batch, inferred, skipped, returns[0]);

        var loss = model.Reconstruction + model.Reward + model.Continue + model.Dynamics * options.DynamicsScale
            + model.Representation * options.RepresentationScale + actor + critic
            + replayed * options.ReplayCriticScale;
        Backward.Run(loss);
        clock.Networks();
        var update = parts.Step();
        batches++;
        dreamed += dream.Steps * dream.Starts;
        Count(update);
        means.Add(
            model, actor, critic, replayed, entropy.detach().mean() / spec.Action.Size, values.mean(), parts.Scale,
            update);
        clock.Optimizer();
    }

    // the policy in the world model: REINFORCE needs no gradients through it
    private Dream Imagine(Tensor h, Tensor z)
    {
        using var noGrad = torch.no_grad();
        int steps = options.ImaginationHorizon;
        long starts = h.shape[0];
        var weights = parts.Model.Core.Arrange(parts.Model.Parameters.Frozen);
        var uniform = dreams.UniformTensor(batches, steps, starts, options.Latents);
        var noise = actions.NormalTensor(batches, steps, starts, spec.Action.Size);
        Tensor[] features = new Tensor[steps + 1], chosen = new Tensor[steps];
        for (int t = 0; t <= steps; t++)
        {
            features[t] = torch.cat([h, z], 1);
            if (t == steps) break;
            var (mean, deviation) = parts.Behavior.FrozenActions(features[t]);
            chosen[t] = mean + (deviation * noise[t]);
            (h, z) = parts.Model.Imagine(weights, h, z, chosen[t], uniform[t]);
        }
        var all = torch.cat(features);
        var (rewards, continues) = parts.Model.Predict(all);
        return new Dream(all, torch.cat(chosen), rewards.view(steps + 1, starts), continues.view(steps + 1, starts));
    }

    // the critic on replayed states: its gradient reaches the world model
    private Tensor ReplayLoss(SequenceBatch batch, ModelStates inferred, int skipped, Tensor bootstrap)
    {
        int steps = batch.Steps - (skipped / batch.Sequences), rows = (steps - 1) * batch.Sequences;
        Tensor Late(Tensor column) => column.narrow(0, batch.Steps - steps, steps);
        var returns = Formulas.ReplayReturns(
            Late(batch.Reward), Late(batch.Last), Late(batch.Terminal), bootstrap.view(steps, batch.Sequences),
            parts.Model.Discount, options.Lambda);
        var features = torch.cat([inferred.H.narrow(0, skipped, rows), inferred.Z.narrow(0, skipped, rows)], 1);
        var weights = 1 - Late(batch.Last).narrow(0, 0, steps - 1).flatten();
        return (weights * ValueLosses(features, parts.Behavior.Values(features), returns.flatten())).mean();
    }

    private Tensor ValueLosses(Tensor features, Tensor logits, Tensor returns) =>
        parts.Code.Loss(logits, returns)
        + parts.Code.Loss(logits, parts.Code.Mean(parts.Behavior.SlowValues(features))) * options.SlowCriticScale;

    private Tensor FrozenValues(Tensor features)
    {
        using var noGrad = torch.no_grad();
        return parts.Behavior.FrozenValues(features);
    }

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
}
