using MbMix.Pages;

namespace MbMix.Comparison;

/// <summary>
/// Records replays for the page: on each environment, of the run of each arm whose return is the median.
/// </summary>
internal static class ReportReplays
{
    /// <summary>Records the replays.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="records">The finished runs.</param>
    /// <param name="record">Records the replay of a run.</param>
    /// <param name="notes">Receives a line about each replay that is missing.</param>
    /// <returns>The environments that have replays, with one to four of them.</returns>
    public static List<(string Environment, List<Replay> Replays)> Of(
        ComparisonPlan plan, IReadOnlyList<RunRecord> records, Func<PlannedRun, Replay> record, List<string> notes)
    {
        var all = new List<(string, List<Replay>)>();
        foreach (string environment in plan.Environments)
        {
            var replays = new List<Replay>();
            RunRecord[] chosen = [.. plan.Arms.Select(a => Middle(records, environment, a)).OfType<RunRecord>()];
            if (chosen.Length > ReplayPage.MostReplays)
                notes.Add($"{environment}: there are replays of the first {ReplayPage.MostReplays} algorithms only.");
            foreach (var run in chosen.Take(ReplayPage.MostReplays))
            {
                try
                {
                    replays.Add(record(run.Run));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
                {
                    notes.Add(OneLine.Limit($"{run.Run} has no replay: {OneLine.Of(e)}"));
                }
            }
            if (replays.Count > 0) all.Add((environment, replays));
        }
        return all;
    }

    private static RunRecord? Middle(IReadOnlyList<RunRecord> records, string environment, ComparisonArm arm)
    {
        RunRecord[] own =
        [
            .. records.Where(r => r.Run.Environment == environment && r.Run.Arm == arm)
                .OrderBy(r => r.EvaluationReturn),
        ];
        return own.Length == 0 ? null : own[(own.Length - 1) / 2];
    }
}
