namespace MbMix.Hosting;

/// <summary>
/// The columns of <c>metrics.csv</c> and keys of <c>metrics.jsonl</c>, in order. Only those that begin with
/// <c>wall_</c> or <c>seconds_</c> differ between two equal runs.
/// </summary>
internal static class MetricColumns
{
    /// <summary>Names of the columns that every log has.</summary>
    public static IReadOnlyList<string> Fixed { get; } = [.. Of(Empty()).Select(column => column.Key)];

    /// <summary>Lists name and value of every column. Whole numbers are exact up to 2^53.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Of(IterationRecord record)
    {
        var report = record.Report;
        var costs = report.Costs;
        var seconds = report.Seconds;
        yield return new("iteration", record.Iteration);
        yield return new("env_steps", report.EnvironmentSteps);
        yield return new("episodes", report.Episodes.Finished);
        yield return new("return", report.Episodes.MeanReturn);
        yield return new("length", report.Episodes.MeanLength);
        yield return new("faults", report.Episodes.Faults);
        yield return new("forward_steps", costs.ForwardSteps);
        yield return new("backward_steps", costs.BackwardSteps);
        yield return new("pullbacks", costs.Pullbacks);
        yield return new("differencing_steps", costs.DifferencingSteps);
        yield return new("model_steps", costs.ModelSteps);
        yield return new("policy_updates", costs.PolicyUpdates);
        yield return new("model_updates", costs.ModelUpdates);
        foreach (var metric in report.Metrics) yield return new(metric.Name, metric.Value);
        yield return new("wall_seconds", record.TrainSeconds);
        yield return new("seconds_simulation", seconds.Simulation);
        yield return new("seconds_derivatives", seconds.Derivatives);
        yield return new("seconds_networks", seconds.Networks);
        yield return new("seconds_optimizer", seconds.Optimizer);
        yield return new("seconds_model", seconds.Model);
        yield return new(
            "seconds_rest", seconds.Total - seconds.Simulation - seconds.Networks - seconds.Optimizer - seconds.Model);
    }

    private static IterationRecord Empty() => new(
        0, new() { EnvironmentSteps = 0, Episodes = default, Costs = default, Metrics = [], Seconds = default }, 0);
}
