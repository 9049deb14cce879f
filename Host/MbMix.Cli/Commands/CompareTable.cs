using System.Globalization;
using MbMix.Comparison;
using Spectre.Console;

namespace MbMix.Cli.Commands;

/// <summary>
/// Draws the state of a comparison: a column per seed if that fits the terminal, otherwise a line of counts per
/// environment and algorithm, those with active runs first.
/// </summary>
internal static class CompareTable
{
    // what stands around the rows, and the widest cell of a seed
    private const int Frame = 6, SeedWidth = 18, NameWidth = 20;

    public static Table Draw(
        ComparisonPlan plan, IReadOnlyDictionary<PlannedRun, RunStage> stages,
        IReadOnlyDictionary<PlannedRun, RunGlance> glances, int width, int height)
    {
        var groups = plan.Runs.GroupBy(r => (r.Environment, r.Label)).ToList();
        bool fits = groups.Count + Frame <= height && (2 * NameWidth) + (plan.Seeds * SeedWidth) <= width;
        return fits ? Whole(plan, groups, stages, glances) : Compact(groups, stages, glances, height);
    }

    private static Table Whole(
        ComparisonPlan plan, List<IGrouping<(string Environment, string Label), PlannedRun>> groups,
        IReadOnlyDictionary<PlannedRun, RunStage> stages, IReadOnlyDictionary<PlannedRun, RunGlance> glances)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("environment").AddColumn("algorithm");
        for (int seed = plan.FirstSeed; seed < plan.FirstSeed + plan.Seeds; seed++)
        {
            string title = string.Create(CultureInfo.InvariantCulture, $"seed {seed}");
            table.AddColumn(new TableColumn(title).RightAligned());
        }
        foreach (var row in groups)
        {
            table.AddRow(
            [
                Markup.Escape(row.Key.Environment), Markup.Escape(row.Key.Label),
                .. row.Select(r => Cell(stages[r], glances[r])),
            ]);
        }
        return table;
    }

    private static Table Compact(
        List<IGrouping<(string Environment, string Label), PlannedRun>> groups,
        IReadOnlyDictionary<PlannedRun, RunStage> stages, IReadOnlyDictionary<PlannedRun, RunGlance> glances,
        int height)
    {
        var table = new Table().Border(TableBorder.None).AddColumn("environment").AddColumn("algorithm");
        foreach (string title in new[] { "done", "running", "failed", "return" })
            table.AddColumn(new TableColumn(title).RightAligned());
        int Rank(IEnumerable<PlannedRun> row) => row.Any(r => stages[r] == RunStage.Running) ? 0
            : row.Any(r => stages[r] == RunStage.Failed) ? 1
            : row.All(r => stages[r] == RunStage.Finished) ? 2 : 3;
        int rows = Math.Max(1, height - Frame);
        bool all = groups.Count <= rows;
        foreach (var row in all ? groups : groups.OrderBy(Rank).Take(rows))
        {
            int Count(RunStage stage) => row.Count(r => stages[r] == stage);
            double[] returns = [.. row.Select(r => glances[r].Return).Where(double.IsFinite).Order()];
            string middle = returns.Length == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"{returns[(returns.Length - 1) / 2]:0.0}");
            string failed = Count(RunStage.Failed) is var failures and > 0 ? $"[red]{failures}[/]" : "";
            string running = Count(RunStage.Running) is var active and > 0 ? $"{active}" : "";
            string done = $"{Count(RunStage.Finished)}/{row.Count()}";
            table.AddRow(
                Markup.Escape(row.Key.Environment), Markup.Escape(row.Key.Label),
                Count(RunStage.Finished) == row.Count() ? $"[green]{done}[/]" : done, running, failed, middle);
        }
        if (!all) table.AddRow($"[grey]and {groups.Count - rows} more[/]", "", "", "", "", "");
        return table;
    }

    private static string Cell(RunStage stage, RunGlance glance) => stage switch
    {
        RunStage.Running => Markup.Escape(glance.ToString()),
        RunStage.Finished => string.Create(CultureInfo.InvariantCulture, $"[green]{glance.Return:0.0}[/]"),
        RunStage.Failed => "[red]failed[/]",
        RunStage.Interrupted => "[yellow]saved[/]",
        _ => "[grey]waiting[/]",
    };
}
