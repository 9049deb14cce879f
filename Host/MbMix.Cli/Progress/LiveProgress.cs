using System.Diagnostics;
using MbMix.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MbMix.Cli.Progress;

/// <summary>Shows a small table that is redrawn in place.</summary>
internal sealed class LiveProgress : ProgressView
{
    // names and the gap beside them, and the least width of what they name before they move into its lines
    private const int BarWidth = 40, NameWidth = 12, LeastRoom = 20, PercentWidth = 6;
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
        int width = AnsiConsole.Profile.Width;
        bool beside = width >= NameWidth + LeastRoom;
        int room = Math.Max(1, beside ? width - NameWidth : width);
        var grid = new Grid();
        if (beside) grid.AddColumn(new GridColumn().NoWrap().PadRight(2));
        grid.AddColumn(new GridColumn());
        void Add(string name, string text)
        {
            if (beside) grid.AddRow($"[grey]{name}[/]", text);
            else grid.AddRow(name.Length > 0 ? $"[grey]{name}[/] {text}" : text);
        }
        string model = configuration.Model is null ? "" : $" with {configuration.Model}";
        Add("training", Markup.Escape(
            $"{configuration.Algorithm} on {configuration.Environment}{model}, seed {configuration.Seed}"));
        Add(beside ? "progress" : "", Bar(room));
        var (steps, budget) = (run.Session.EnvironmentSteps, configuration.Run.Budget);
        Add("steps", FormattableString.Invariant($"{steps:N0} of {budget:N0}, iteration {run.Session.Iteration:N0}"));
        Add("speed", FormattableString.Invariant(
            $"{pace!.StepsPerSecond:N0} steps/s, {Pace.Clock(pace.Elapsed)} so far, {pace.Remaining} to go"));
        if (iteration is { } last)
        {
            var episodes = last.Report.Episodes;
            string faults = episodes.Faults == 0 ? "" : $", [yellow]{episodes.Faults} faulted lanes[/]";
            string mean = double.IsNaN(episodes.MeanReturn)
                ? "no episode has finished yet"
                : FormattableString.Invariant($"{episodes.MeanReturn:F1} over {episodes.MeanLength:F0} steps");
            Add("return", mean + faults);
            if (!returns.IsEmpty) Add("", Markup.Escape(returns.Draw(room)));
        }
        if (evaluation is { } evaluated)
        {
            var result = evaluated.Result;
            Add("evaluation", FormattableString.Invariant(
                $"{result.Mean:F1} mean, {result.Median:F1} median, at {evaluated.EnvironmentSteps:N0} steps"));
        }
        Add("folder", Markup.Escape(run.Folder.FullPath));
        return grid;
    }

    private string Bar(int room)
    {
        int whole = Math.Clamp(room - PercentWidth, 1, BarWidth);
        int filled = (int)Math.Round(pace!.Fraction * whole);
        return FormattableString.Invariant(
            $"[green]{new string('█', filled)}[/][grey]{new string('░', whole - filled)}[/] {pace.Fraction * 100:F0} %");
    }
}
