using System.Diagnostics;
using MbMix.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MbMix.Cli.Progress;

/// <summary>Shows a small table that is redrawn in place.</summary>
internal sealed class LiveProgress : ProgressView
{
    private const int BarWidth = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private TrainingRun? run;
    private Pace? pace;
    private LiveDisplayContext? display;
    private readonly Sparkline returns = new(BarWidth);
    private IterationRecord? iteration;
    private EvaluationRecord? evaluation;
    private long lastDrawn;

    /// <inheritdoc/>
    public override EvaluationResult? Watch(Func<EvaluationResult?> run) =>
        AnsiConsole.Live(new Text("starting")).Start(context =>
    {
        display = context;
        try
        {
            return run();
        }
        finally
        {
            if (pace is not null) Draw();
            display = null;
        }
    });

    /// <inheritdoc/>
    public override void Started(TrainingRun run)
    {
        this.run = run;
        pace = new Pace(run);
        Draw();
    }

    /// <inheritdoc/>
    public override void Iterated(IterationRecord record)
    {
        iteration = record;
        returns.Add(record.Report.Episodes.MeanReturn);
        if (Stopwatch.GetElapsedTime(lastDrawn) >= Interval) Draw();
    }

    /// <inheritdoc/>
    public override void Evaluated(EvaluationRecord record)
    {
        evaluation = record;
        Draw();
    }

    private void Draw()
    {
        lastDrawn = Stopwatch.GetTimestamp();
        display?.UpdateTarget(Table());
        display?.Refresh();
    }

    private IRenderable Table()
    {
        var configuration = run!.Session.Configuration;
        int filled = (int)Math.Round(pace!.Fraction * BarWidth);
        string bar = $"[green]{new string('█', filled)}[/][grey]{new string('░', BarWidth - filled)}[/]";
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        string model = configuration.Model is null ? "" : $" with {configuration.Model}";
        grid.AddRow(
            "[grey]training[/]",
            Markup.Escape(
                $"{configuration.Algorithm} on {configuration.Environment}{model}, seed {configuration.Seed}"));
        grid.AddRow("[grey]progress[/]", FormattableString.Invariant($"{bar} {pace.Fraction * 100:F0} %"));
        var (steps, budget) = (run.Session.EnvironmentSteps, configuration.Run.Budget);
        grid.AddRow("[grey]steps[/]", FormattableString.Invariant(
            $"{steps:N0} of {budget:N0}, iteration {run.Session.Iteration:N0}"));
        grid.AddRow(
            "[grey]speed[/]",
            FormattableString.Invariant(
                $"{pace.StepsPerSecond:N0} steps/s, {Pace.Clock(pace.Elapsed)} so far, {pace.Remaining} to go"));
        if (iteration is { } last)
        {
            var episodes = last.Report.Episodes;
            string faults = episodes.Faults == 0 ? "" : $", [yellow]{episodes.Faults} faulted lanes[/]";
            grid.AddRow(
                "[grey]return[/]",
                (double.IsNaN(episodes.MeanReturn)
                    ? "no episode has finished yet"
                    : FormattableString.Invariant($"{episodes.MeanReturn:F1} over {episodes.MeanLength:F0} steps"))
                    + faults);
            if (!returns.IsEmpty) grid.AddRow("", Markup.Escape(returns.ToString()));
        }
        if (evaluation is { } evaluated)
        {
            var result = evaluated.Result;
            grid.AddRow("[grey]evaluation[/]", FormattableString.Invariant(
                $"{result.Mean:F1} mean, {result.Median:F1} median, at {evaluated.EnvironmentSteps:N0} steps"));
        }
        grid.AddRow("[grey]folder[/]", Markup.Escape(run.Folder.FullPath));
        return grid;
    }
}
