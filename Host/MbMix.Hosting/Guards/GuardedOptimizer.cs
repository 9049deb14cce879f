using Microsoft.Extensions.Logging;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// An algorithm of a plugin, with checks of its reports and its policy. A mistake is an exception that names the
/// plugin, what came and what was expected.
/// </summary>
internal sealed class GuardedOptimizer : IPolicyOptimizer
{
    // an algorithm may learn for a while from what it has, but not for ever
    private const int PatienceForSteps = 100;

    private readonly IPolicyOptimizer inner;
    private readonly IPolicy policy;
    private readonly MetricWatch watch;
    private string[]? metrics;
    private long steps;
    private CostCounters costs;
    private int standing;

    /// <summary>Wraps an algorithm.</summary>
    public GuardedOptimizer(IPolicyOptimizer inner, Boundary boundary, EnvSpec env, ILogger logger)
    {
        (this.inner, Boundary) = (inner, boundary);
        watch = new MetricWatch(boundary, logger);
        policy = inner.Policy ?? throw Boundary.Wrong("Policy", "null", "a policy");
        Policy = GuardedPolicy.Wrap(policy, boundary, env.Action);
    }

    /// <summary>Names the algorithm in messages.</summary>
    public Boundary Boundary { get; }

    /// <inheritdoc/>
    public IPolicy Policy { get; }

    /// <inheritdoc/>
    public IterationReport Iterate(CancellationToken cancellationToken)
    {
        bool recording = torch.is_grad_enabled();
        var report = inner.Iterate(cancellationToken) ?? throw Boundary.Wrong("report of Iterate", "null", "a report");
        Boundary.RequireMode("Iterate", recording);
        if (!ReferenceEquals(inner.Policy, policy))
            throw Boundary.Wrong("Policy after an iteration", "another object", "the same one as before");
        CheckSteps(report.EnvironmentSteps);
        CheckCosts(report.Costs);
        CheckMetrics(report.Metrics);
        watch.Look(report.Metrics);
        return report;
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Boundary.Save(inner, writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Boundary.Load(inner, reader);

    /// <summary>Continues the checks where a resumed run is.</summary>
    /// <param name="environmentSteps">Environment steps so far.</param>
    public void ContinueFrom(long environmentSteps) => steps = environmentSteps;

    /// <inheritdoc/>
    public void Dispose() => Boundary.Dispose(inner);

    private void CheckSteps(long now)
    {
        if (now < steps)
            throw Boundary.Wrong("EnvironmentSteps of the report", $"{now}", $"{steps} or more, which it was before");
        standing = now == steps ? standing + 1 : 0;
        if (standing >= PatienceForSteps)
            throw Boundary.Wrong(
                "EnvironmentSteps of the report", $"{now} in {standing} iterations", "steps, because they end the run");
        steps = now;
    }

    private void CheckCosts(in CostCounters now)
    {
        Check("ForwardSteps", costs.ForwardSteps, now.ForwardSteps);
        Check("BackwardSteps", costs.BackwardSteps, now.BackwardSteps);
        Check("Pullbacks", costs.Pullbacks, now.Pullbacks);
        Check("DifferencingSteps", costs.DifferencingSteps, now.DifferencingSteps);
        Check("ModelSteps", costs.ModelSteps, now.ModelSteps);
        Check("PolicyUpdates", costs.PolicyUpdates, now.PolicyUpdates);
        Check("ModelUpdates", costs.ModelUpdates, now.ModelUpdates);
        costs = now;

        void Check(string name, long before, long value)
        {
            if (value < before)
                throw Boundary.Wrong($"{name} of the report", $"{value}", $"{before} or more, which it was before");
        }
    }

    private void CheckMetrics(IReadOnlyList<Metric>? now)
    {
        if (now is null) throw Boundary.Wrong("Metrics of the report", "null", "a list, which may be empty");
        if (metrics is null)
        {
            metrics = new string[now.Count];
            for (int i = 0; i < now.Count; i++)
                metrics[i] = MetricNames.Require(Boundary, now[i].Name, metrics.AsSpan(0, i));
            return;
        }
        for (int i = 0; i < Math.Max(now.Count, metrics.Length); i++)
        {
            string came = i < now.Count ? now[i].Name : "none", before = i < metrics.Length ? metrics[i] : "none";
            if (came != before)
                throw Boundary.Wrong(
                    $"metric {i + 1} of the report", $"'{OneLine.Value(came ?? "null")}'",
                    $"'{OneLine.Value(before)}', as in the first iteration, with NaN for a missing value");
        }
    }
}
