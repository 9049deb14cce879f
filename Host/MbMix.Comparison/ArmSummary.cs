namespace MbMix.Comparison;

/// <summary>
/// What a row of the table shows: the returns of one arm on one environment, and its costs as medians over seeds.
/// </summary>
/// <param name="Environment">Id or name of the environment.</param>
/// <param name="Arm">Label of the arm.</param>
/// <param name="Median">Median of the returns; null without a finished run.</param>
/// <param name="Interval">The IQM with its interval; null as long as there are too few seeds.</param>
/// <param name="Seeds">State of the run of every seed, in the plan's order; null if there is no such run.</param>
internal sealed record ArmSummary(
    string Environment, string Arm, double? Median, Measure? Interval, IReadOnlyList<RunState?> Seeds)
{
    // a cost that no run tells is null
    public double? EnvironmentSteps { get; private init; }

    public double? ModelSteps { get; private init; }

    public double? BackwardSteps { get; private init; }

    public double? Pullbacks { get; private init; }

    public double? DifferencingSteps { get; private init; }

    public double? Seconds { get; private init; }

    public static ArmSummary Of(
        ComparisonPlan plan, string environment, ComparisonArm arm, IEnumerable<RunState> all,
        IEnumerable<Measure> measures)
    {
        RunState[] states = [.. all.Where(s => s.Run.Environment == environment && s.Run.Arm == arm)];
        RunRecord[] runs = [.. states.Select(s => s.Record).OfType<RunRecord>()];
        double? MedianOf(Func<RunRecord, double?> value)
        {
            double[] known = [.. runs.Select(value).OfType<double>()];
            return known.Length == 0 ? null : Statistics.Median(known);
        }
        var interval = measures.FirstOrDefault(
            m => m.Environment == environment && m.Arm == arm.Label && m.Name == "IQM");
        return new(
            environment, arm.Label, MedianOf(r => r.EvaluationReturn), interval,
            [.. plan.SeedNumbers.Select(s => states.FirstOrDefault(r => r.Run.Seed == s))])
        {
            EnvironmentSteps = MedianOf(r => r.EnvironmentSteps),
            ModelSteps = MedianOf(r => r.ModelSteps),
            BackwardSteps = MedianOf(r => r.BackwardSteps),
            Pullbacks = MedianOf(r => r.Pullbacks),
            DifferencingSteps = MedianOf(r => r.DifferencingSteps),
            Seconds = MedianOf(r => r.TrainSeconds),
        };
    }
}
