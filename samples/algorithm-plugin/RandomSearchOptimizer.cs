using System.Diagnostics;
using System.Runtime.InteropServices;
using MbMix;
using TorchSharp;
using static TorchSharp.torch;

namespace Samples.RandomSearch;

/// <summary>
/// Augmented random search, version V2-t (Mania, Guy, Recht 2018, arXiv 1803.07055). Each iteration plays whole
/// episodes with the policy moved forward and backward along random directions, and then moves it along the best
/// directions, weighted by their differences in return.
/// </summary>
internal sealed class RandomSearchOptimizer : IPolicyOptimizer
{
    private const int Remembered = 100;
    private readonly RandomSearchOptions options;
    private readonly IDifferentiableEnv env;
    private readonly long seed;
    private readonly LinearPolicy policy;
    private readonly double[] sums, squares;
    private readonly Queue<double> returns = [], lengths = [];
    private long iteration, steps, observations, faults;

    public RandomSearchOptimizer(RandomSearchOptions options, OptimizerContext context)
    {
        if (options.Elite > options.Directions)
        {
            throw new MbMixException(
                $"algo.elite is {options.Elite}, but only algo.directions = {options.Directions} are tried: "
                + "lower the first.");
        }
        this.options = options;
        env = context.Env;
        seed = context.Seed;
        policy = new LinearPolicy(env.Spec);
        sums = new double[env.Spec.Observation.Size];
        squares = new double[env.Spec.Observation.Size];
    }

    public IPolicy Policy => policy;

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        int directions = options.Directions, size = policy.Weights.Length;

        // delta: a direction is a function of seed, iteration and index, so there is no generator state to save
        var delta = new double[directions * size];
        for (int i = 0; i < delta.Length; i++) delta[i] = Normal(seed, iteration, i);

        // lanes 0 to N-1 move forward and N to 2N-1 backward, in pairs from the same start state
        var step = tensor(delta, [directions, env.Spec.Action.Size, env.Spec.Observation.Size]) * options.Noise;
        var center = tensor(policy.Weights, [1, env.Spec.Action.Size, env.Spec.Observation.Size]);
        var weights = center + cat([step, -step], 0);
        var (total, simulation) = Roll(weights, cancellationToken);

        // the b directions whose better return is best; the step is measured in the standard deviation of their returns
        double Best(int i) => Math.Max(total[i], total[directions + i]);
        int[] elite = [.. Enumerable.Range(0, directions).OrderByDescending(Best).Take(options.Elite)];
        double[] used = [.. elite.Select(i => total[i]), .. elite.Select(i => total[directions + i])];
        double mean = used.Average(), deviation = Math.Sqrt(used.Average(r => (r - mean) * (r - mean)));
        double norm = 0;
        for (int w = 0; w < size; w++)
        {
            double sum = elite.Sum(i => (total[i] - total[directions + i]) * delta[i * size + w]);
            double move = sum * options.StepSize / (elite.Length * Math.Max(deviation, 1e-8));
            policy.Weights[w] += move;
            norm += move * move;
        }
        Normalize();
        iteration++;

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new IterationReport
        {
            EnvironmentSteps = steps,
            Episodes = new EpisodeStatistics(2 * directions, returns.Average(), lengths.Average(), faults),
            Costs = new CostCounters(steps, 0, 0, 0, 0, iteration, 0),
            Metrics = [new Metric("search/deviation", deviation), new Metric("search/step", Math.Sqrt(norm))],
            Seconds = new PhaseSeconds(simulation, 0, 0, seconds),
        };
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write<long>("counters", [iteration, steps, observations, faults]);
        writer.Write<double>("weights", policy.Weights);
        writer.Write<double>("sums", sums);
        writer.Write<double>("squares", squares);
        writer.Write<double>("returns", [.. returns]);
        writer.Write<double>("lengths", [.. lengths]);
    }

    public void Load(ICheckpointReader reader)
    {
        long[] counters = reader.Read<long>("counters");
        (iteration, steps, observations, faults) = (counters[0], counters[1], counters[2], counters[3]);
        Into("weights", policy.Weights);
        Into("sums", sums);
        Into("squares", squares);
        Again("returns", returns);
        Again("lengths", lengths);
        Normalize();

        void Into(string name, double[] values)
        {
            double[] stored = reader.Read<double>(name);
            if (stored.Length != values.Length)
            {
                throw new MbMixException(
                    $"The checkpoint's '{name}' has {stored.Length} values, expected {values.Length}: "
                    + "was it made on another environment?");
            }
            stored.CopyTo(values, 0);
        }

        void Again(string name, Queue<double> queue)
        {
            queue.Clear();
            foreach (double value in reader.Read<double>(name)) queue.Enqueue(value);
        }
    }

    public void Dispose()
    {
    }

    // plays one episode per lane, each with its own weights
    private (double[] Returns, double SimulationSeconds) Roll(Tensor weights, CancellationToken cancellationToken)
    {
        int lanes = (int)weights.shape[0], pairs = lanes / 2;
        var keys = new LaneKey[lanes];
        for (int i = 0; i < lanes; i++) keys[i] = new LaneKey(seed, i % pairs, iteration);
        var total = new double[lanes];
        var length = new int[lanes];
        var running = new bool[lanes];
        Array.Fill(running, true);
        double simulation = 0;

        using var whole = NewDisposeScope();
        var state = env.Reset(keys);
        var observation = env.Observe(state, zeros(lanes, env.Spec.Action.Size, env.Spec.StateType));
        for (int t = 0; t < env.Spec.EpisodeLength && running.Contains(true); t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Count(observation, running);
            var action = policy.ActPerLane(observation, weights);
            long start = Stopwatch.GetTimestamp();
            var step = env.Step(state, action);
            simulation += Stopwatch.GetElapsedTime(start).TotalSeconds;
            steps += lanes;
            var reward = Values<double>(step.Reward.to(ScalarType.Float64));
            var terminated = Values<bool>(step.Terminated);
            var fault = Values<int>(step.Fault);
            for (int i = 0; i < lanes; i++)
            {
                if (!running[i]) continue;
                if (fault[i] != FaultCode.None) faults++;
                else total[i] += reward[i];
                length[i]++;
                running[i] = fault[i] == FaultCode.None && !terminated[i];
            }
            state = step.NextState.MoveToOuterDisposeScope();
            observation = step.Observation.MoveToOuterDisposeScope();
        }
        for (int i = 0; i < lanes; i++)
        {
            Remember(returns, total[i]);
            Remember(lengths, length[i]);
        }
        return (total, simulation);
    }

    private void Count(Tensor observation, bool[] running)
    {
        var values = Values<double>(observation.to(ScalarType.Float64));
        for (int i = 0; i < running.Length; i++)
        {
            if (!running[i]) continue;
            observations++;
            for (int o = 0; o < sums.Length; o++)
            {
                double value = values[i * sums.Length + o];
                sums[o] += value;
                squares[o] += value * value;
            }
        }
    }

    private void Normalize()
    {
        if (observations == 0) return;
        for (int o = 0; o < sums.Length; o++)
        {
            policy.Mean[o] = sums[o] / observations;
            double variance = squares[o] / observations - policy.Mean[o] * policy.Mean[o];
            policy.Scale[o] = 1 / Math.Sqrt(Math.Max(variance, 1e-8));
        }
    }

    private static void Remember(Queue<double> queue, double value)
    {
        queue.Enqueue(value);
        if (queue.Count > Remembered) queue.Dequeue();
    }

    private static T[] Values<T>(Tensor tensor) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes).ToArray();

    // Box-Muller transform of two numbers that are functions of the arguments alone
    private static double Normal(long seed, long iteration, int index)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform((ulong)seed, (ulong)iteration, (ulong)index, 0)));
        return radius * Math.Cos(2 * Math.PI * Uniform((ulong)seed, (ulong)iteration, (ulong)index, 1));
    }

    private static double Uniform(params ReadOnlySpan<ulong> key)
    {
        ulong z = 0;
        foreach (ulong part in key)
        {
            z = (z ^ part) + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
        }
        return (z >> 11) * Math.ScaleB(1, -53);
    }
}
