using System.Collections.Concurrent;
using MbMix.Comparison;
using Spectre.Console;

namespace MbMix.Cli.Commands;

/// <summary>
/// Shows a table that is redrawn every second, with a row per environment and algorithm, and how far all of it is.
/// </summary>
internal sealed class CompareLiveTable : CompareProgress
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly ComparisonPlan plan;
    private readonly CancellationToken stop;
    private readonly ISweepLauncher? far;
    private readonly ConcurrentDictionary<PlannedRun, RunUpdate> latest = [];
    private readonly Dictionary<PlannedRun, RunGlance> glances;
    private readonly HashSet<PlannedRun> ended = [];
    private readonly ComparePace pace;
    private readonly ManualResetEventSlim done = new();
    private readonly Task drawing;
    private bool greeted;

    public CompareLiveTable(
        ComparisonPlan plan, CancellationToken stop, Func<PlannedRun, long> budget, ISweepLauncher? far = null)
    {
        this.plan = plan;
        this.stop = stop;
        this.far = far;
        pace = new ComparePace(plan, budget);
        glances = plan.Runs.ToDictionary(r => r, _ => new RunGlance(0, double.NaN));
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
        while (!done.Wait(Period))
        {
            if (!greeted && far?.Progress is { Attached: true } progress)
            {
                greeted = true;
                // it stays above the table
                AnsiConsole.WriteLine(progress.Greeting);
            }
            context.UpdateTarget(Draw());
        }
        context.UpdateTarget(Draw());
    }

    private Table Draw()
    {
        var stages = plan.Runs.ToDictionary(r => r, r => latest.GetValueOrDefault(r)?.Stage ?? RunStage.Waiting);
        var progress = far?.Progress;
        if (far is not null) Distribute(stages, progress);
        foreach (var run in plan.Runs.Where(r => stages[r] != RunStage.Waiting))
        {
            // a run that has ended does not change any more
            if (!ended.Contains(run) && (far is null || stages[run] != RunStage.Running))
                glances[run] = RunGlance.At(run);
            if (stages[run] is RunStage.Finished or RunStage.Failed) ended.Add(run);
        }
        var (width, height) = (AnsiConsole.Profile.Width, AnsiConsole.Profile.Height);
        string caption = far is null ? stop.IsCancellationRequested ? Stopping : pace.Describe(stages, glances)
            : progress?.ToString() ?? "waiting for news of the cluster";
        return CompareTable.Draw(plan, stages, glances, width, height).Caption(caption);
    }

    // what was submitted is at work only where a runner has it
    private void Distribute(Dictionary<PlannedRun, RunStage> stages, SweepProgress? progress)
    {
        foreach (var run in plan.Runs.Where(r => stages[r] == RunStage.Running))
        {
            if (progress is not null && progress.AtWork.TryGetValue(run.Folder, out var glance)) glances[run] = glance;
            else (stages[run], glances[run]) = (RunStage.Waiting, new(0, double.NaN));
        }
    }
}
