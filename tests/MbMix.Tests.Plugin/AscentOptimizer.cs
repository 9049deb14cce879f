using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Tests.Plugin;

/// <summary>
/// Ascends the summed reward of a few steps with Adam. It has one of everything that a checkpoint must bring back: parameters,
/// moments, rollout states, counters, torch's global random numbers, and replay data that the update depends on.
/// </summary>
internal sealed class AscentOptimizer : IPolicyOptimizer
{
    private readonly AscentOptions options;
    private readonly OptimizerContext context;
    private readonly torch.Tensor gains;
    private readonly torch.Tensor first;
    private readonly torch.Tensor second;
    private readonly torch.Tensor state;
    private readonly List<float> replay = [];
    private long iterations;
    private long steps;
    private int age;
    private long episode;

    public AscentOptimizer(AscentOptions options, OptimizerContext context)
    {
        this.options = options;
        this.context = context;
        int observations = context.Env.Spec.Observation.Size, actions = context.Env.Spec.Action.Size;
        gains = torch.zeros(observations, actions, requires_grad: true).DetachFromDisposeScope();
        first = torch.zeros(observations, actions).DetachFromDisposeScope();
        second = torch.zeros(observations, actions).DetachFromDisposeScope();
        state = context.Env.Reset(Keys()).DetachFromDisposeScope();
        Policy = new AscentPolicy(gains);
    }

    public IPolicy Policy { get; }

    public static AlgorithmNeeds Needs(AscentOptions options) => new(Gradients: true, options.Model, PredictiveEnv: false);

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        if (iterations + 1 == options.ThrowAt) throw new InvalidOperationException(options.Message);
        if (options.Delay > 0) Thread.Sleep(options.Delay);
        if (iterations + 1 == options.HoldAt)
        {
            File.WriteAllText(options.HoldFile, "");
            // but not for ever: a test that failed may have left it behind
            while (File.Exists(options.HoldFile) && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(5)) Thread.Sleep(5);
        }
        using var scope = torch.NewDisposeScope();

        int actions = context.Env.Spec.Action.Size;
        var type = context.Env.Spec.StateType;
        var current = state;
        var observation = context.Env.Observe(state, torch.zeros(options.Lanes, actions, type));
        var total = torch.zeros(1);
        for (int t = 0; t < options.Horizon; t++)
        {
            var noise = torch.randn(options.Lanes, actions) * options.Noise.Scale;
            var step = context.Env.Step(current, (observation.to(gains.dtype).matmul(gains) + noise).tanh().to(type));
            total += step.Reward.mean().to(gains.dtype);
            (current, observation) = (step.NextState, step.Observation);
        }
        // the replay pulls the gains a little towards what was seen first, so that losing a row changes the run
        float anchor = replay.Count == 0 ? 0 : replay[(int)(iterations % replay.Count)];
        (total - 1e-3 * (gains - anchor).square().sum()).backward();
        using (torch.no_grad())
        {
            var gradient = gains.grad!;
            iterations++;
            first.mul_(0.9).add_(gradient * 0.1);
            second.mul_(0.99).add_(gradient.square() * 0.01);
            gains.add_(options.LearningRate * first / (1 - Math.Pow(0.9, iterations)) / ((second / (1 - Math.Pow(0.99, iterations))).sqrt() + 1e-8));
            gains.grad!.zero_();
            state.copy_(current.detach());
        }
        replay.Add(state[0, 0].to(gains.dtype).item<float>());
        steps += options.Lanes * options.Horizon;
        age += options.Horizon;
        bool ended = age >= context.Env.Spec.EpisodeLength;
        if (ended)
        {
            age = 0;
            episode++;
            state.copy_(context.Env.Reset(Keys()));
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new IterationReport
        {
            EnvironmentSteps = steps,
            Episodes = new EpisodeStatistics(ended ? options.Lanes : 0, total.item<float>(), context.Env.Spec.EpisodeLength, 0),
            Costs = new CostCounters(steps, steps, 0, 0, 0, iterations, 0),
            Metrics = [new Metric("gain/position", gains[0, 0].item<float>()), new Metric("gain/speed", gains[1, 0].item<float>())],
            Seconds = new PhaseSeconds(seconds / 2, seconds / 4, seconds / 8, seconds),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write("gains", gains);
        writer.Section("adam").Write("first", first);
        writer.Section("adam").Write("second", second);
        writer.Write("state", state);
        writer.Write<long>("counters", [iterations, steps, age, episode]);
        if (options.Ballast > 0) writer.Write<float>("ballast", new float[options.Ballast]);
        writer.WriteRows("replay", 0, replay.Count, sizeof(float), (row, destination) => MemoryMarshal.Write(destination, replay[(int)row]));
    }

    public void Load(ICheckpointReader reader)
    {
        reader.ReadInto("gains", gains);
        reader.Section("adam").ReadInto("first", first);
        reader.Section("adam").ReadInto("second", second);
        reader.ReadInto("state", state);
        long[] counters = reader.Read<long>("counters");
        (iterations, steps, age, episode) = (counters[0], counters[1], (int)counters[2], counters[3]);
        if (options.Ballast > 0) reader.Read<float>("ballast");
        replay.Clear();
        reader.ReadRows("replay", sizeof(float), (_, source) => replay.Add(MemoryMarshal.Read<float>(source)));
    }

    public void Dispose()
    {
        gains.Dispose();
        first.Dispose();
        second.Dispose();
        state.Dispose();
    }

    private LaneKey[] Keys() => [.. Enumerable.Range(0, options.Lanes).Select(lane => new LaneKey(context.Seed, lane, episode))];
}
