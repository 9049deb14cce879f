using System.Diagnostics;
using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Mutants;

/// <summary>
/// Gradient ascent on the reward of a few steps through the environment, with a linear policy. It is sound but for one
/// mistake.
/// </summary>
public sealed class MutantAlgorithm : IPolicyOptimizer
{
    private const int Lanes = 8, Horizon = 10;

    private readonly AlgorithmMistake mistake;
    private readonly OptimizerContext context;
    private readonly Tensor gains;
    private MutantPolicy policy;
    private long iterations;
    private long steps;
    private long faults;

    public MutantAlgorithm(AlgorithmMistake mistake, OptimizerContext context)
    {
        this.mistake = mistake;
        this.context = context;
        var spec = context.Env.Spec;
        // a small start that depends on the seed
        long seed = mistake == AlgorithmMistake.SeedIgnored ? 1 : context.Seed;
        float start = 0.01f * (((seed % 7) + 7) % 7);
        gains = torch.full([spec.Observation.Size, spec.Action.Size], start, requires_grad: true)
            .DetachFromDisposeScope();
        policy = new MutantPolicy(gains, spec, mistake);
    }

    public IPolicy Policy => mistake switch
    {
        AlgorithmMistake.PolicyIsNull => null!,
        AlgorithmMistake.PolicyChanges => policy = new MutantPolicy(gains, context.Env.Spec, mistake),
        _ => policy,
    };

    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        using var scope = torch.NewDisposeScope();
        var env = context.Env;
        long seed = mistake == AlgorithmMistake.SeedIgnored ? 1 : context.Seed;
        LaneKey[] keys = [.. Enumerable.Range(0, Lanes).Select(lane => new LaneKey(seed, lane, iterations))];
        var state = env.Reset(keys);
        var observation = env.Observe(state, torch.zeros([Lanes, env.Spec.Action.Size], env.Spec.StateType));
        var total = torch.zeros([Lanes], env.Spec.StateType);
        var valid = torch.ones([Lanes], torch.ScalarType.Bool);
        for (int t = 0; t < Horizon; t++)
        {
            var step = env.Step(state, policy.Map(observation).to(env.Spec.StateType));
            valid = valid.logical_and(step.Fault == FaultCode.None).logical_and(torch.isfinite(step.Reward.detach()));
            if (mistake == AlgorithmMistake.PoisonedByFaults) valid = torch.ones_like(valid);
            total = total + torch.where(valid, step.Reward, torch.zeros_like(step.Reward));
            (state, observation) = (step.NextState, step.Observation);
        }
        faults += Lanes - valid.sum().item<long>();
        var objective = total.mean();
        objective.backward();
        double norm;
        using (torch.no_grad())
        {
            var gradient = gains.grad!;
            // a gradient through a lane with a fault may be anything
            if (mistake != AlgorithmMistake.PoisonedByFaults) gradient.nan_to_num_(0, 0, 0);
            norm = gradient.norm().item<float>();
            double rate = mistake == AlgorithmMistake.Descends ? -0.01 : 0.01;
            gains.add_(gradient * (rate / Math.Max(norm, 1)));
            gains.grad!.zero_();
        }
        iterations++;
        steps += Lanes * Horizon;
        return Report(objective.detach().to(torch.ScalarType.Float64).item<double>(), norm, start);
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write("gains", gains);
        if (mistake == AlgorithmMistake.SaveRepeatsName) writer.Write("gains", gains);
        if (mistake != AlgorithmMistake.SaveForgets) writer.Write<long>("counters", [iterations, steps, faults]);
    }

    public void Load(ICheckpointReader reader)
    {
        if (mistake == AlgorithmMistake.SaveCannotBeRead)
        {
            using var other = torch.zeros(3, 3);
            reader.ReadInto("gains", other);
        }
        reader.ReadInto("gains", gains);
        if (mistake is AlgorithmMistake.LoadReadsLess or AlgorithmMistake.SaveForgets) return;
        long[] counters = reader.Read<long>("counters");
        (iterations, steps, faults) = (counters[0], counters[1], counters[2]);
    }

    public void Dispose() => gains.Dispose();

    private IterationReport Report(double objective, double norm, long start)
    {
        if (mistake == AlgorithmMistake.ReportIsNull) return null!;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string second = mistake switch
        {
            AlgorithmMistake.MetricRepeated => "objective/mean",
            AlgorithmMistake.MetricWithSeparator => "gradient, norm",
            AlgorithmMistake.MetricWithoutName => "",
            AlgorithmMistake.MetricNamedAsColumn => "env_steps",
            AlgorithmMistake.MetricsChange when iterations > 2 => "gradient/other",
            _ => "gradient/norm",
        };
        long reported = mistake switch
        {
            AlgorithmMistake.StepsStayZero => 0,
            AlgorithmMistake.StepsGoBackwards when iterations > 2 => steps / 4,
            _ => steps,
        };
        long worked = mistake switch
        {
            AlgorithmMistake.CostsGoBackwards when iterations > 2 => steps / 4,
            AlgorithmMistake.CostsInvented => steps * 3,
            _ => steps,
        };
        return new IterationReport
        {
            EnvironmentSteps = reported,
            Episodes = new EpisodeStatistics(Lanes, objective, Horizon, faults),
            Costs = new CostCounters(worked, worked, 0, 0, 0, iterations, 0),
            Metrics = mistake == AlgorithmMistake.MetricsAreNull
                ? null!
                : [new Metric("objective/mean", objective), new Metric(second, norm)],
            Seconds = new PhaseSeconds(seconds / 2, seconds / 4, seconds / 8, seconds),
        };
    }
}
