using System.Collections.Concurrent;
using System.Globalization;
using MbMix.Comparison;
using Spectre.Console;

namespace MbMix.Cli.Commands;

/// <summary>
/// Shows a table that is redrawn every second, with a row per environment and algorithm and a column per seed.
/// </summary>
internal sealed class CompareLiveTable : CompareProgress
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ComparisonPlan plan;
    private readonly CancellationToken stop;
    private readonly ConcurrentDictionary<PlannedRun, RunUpdate> latest = [];
    private readonly ManualResetEventSlim done = new();
    private readonly Task drawing;

    public CompareLiveTable(ComparisonPlan plan, CancellationToken stop)
    {
        this.plan = plan;
        this.stop = stop;
        drawing = Task.Run(Show);
    }

    public override void Report(RunUpdate value) => latest[value.Run] = value;

    public override void Dispose()
    {
        if (done.IsSet) return;
        done.Set();
        drawing.GetAwaiter().GetResult();
        var failures = plan.Runs.Select(r => latest.GetValueOrDefault(r)).Where(u => u?.Stage == RunStage.Failed);
        try
        {
            foreach (var failed in failures)
                Console.Error.WriteLine(OneLine.Limit($"{failed!.Run}: failed: {failed.Detail}"));
        }
        catch (IOException)
        {
            // the report names them, too
        }
    }

    private void Show()
    {
        try
        {
            AnsiConsole.Live(Draw()).Overflow(VerticalOverflow.Ellipsis).Start(Redraw);
        }
        catch (IOException)
        {
            // the terminal was closed, which does not stop the runs
        }
    }

    private void Redraw(LiveDisplayContext context)
    {
        while (!done.Wait(Period)) context.UpdateTarget(Draw());
        context.UpdateTarget(Draw());
    }

    private Table Draw()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("environment").AddColumn("algorithm");
        for (int seed = plan.FirstSeed; seed < plan.FirstSeed + plan.Seeds; seed++)
        {
            string title = string.Create(CultureInfo.InvariantCulture, $"seed {seed}");
            table.AddColumn(new TableColumn(title).RightAligned());
        }
        foreach (var row in plan.Runs.GroupBy(r => (r.Environment, r.Label)))
        {
            table.AddRow([Markup.Escape(row.Key.Environment), Markup.Escape(row.Key.Label), .. row.Select(Cell)]);
        }
        if (stop.IsCancellationRequested) table.Caption("stopping: active runs finish their iteration and save");
        return table;
    }

    private string Cell(PlannedRun run) => latest.GetValueOrDefault(run)?.Stage switch
    {
        RunStage.Running => Markup.Escape(RunGlance.At(run).ToString()),
        RunStage.Finished => string.Create(CultureInfo.InvariantCulture, $"[green]{RunGlance.At(run).Return:0.0}[/]"),
        RunStage.Failed => "[red]failed[/]",
        RunStage.Interrupted => "[yellow]saved[/]",
        _ => "[grey]waiting[/]",
    };
}
