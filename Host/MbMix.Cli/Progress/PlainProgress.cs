using System.Diagnostics;
using MbMix.Hosting;

namespace MbMix.Cli.Progress;

/// <summary>Lines for log files: one every few seconds and one per evaluation.</summary>
internal sealed class PlainProgress : ProgressView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private TrainingRun? run;
    private Pace? pace;
    private long lastLine;

    /// <inheritdoc/>
    public override EvaluationResult? Watch(Func<EvaluationResult?> run) => run();

    /// <inheritdoc/>
    public override void Started(TrainingRun run)
    {
        this.run = run;
        pace = new Pace(run);
        var configuration = run.Session.Configuration;
        string model = configuration.Model is null ? "" : $" with {configuration.Model}";
        string begin = run.Session.Iteration == 0 ? "" : $", from iteration {run.Session.Iteration}";
        Console.WriteLine($"training {configuration.Algorithm} on {configuration.Environment}{model}, seed {configuration.Seed}, in {run.Folder.FullPath}{begin}");
    }

    /// <inheritdoc/>
    public override void Iterated(IterationRecord record)
    {
        if (lastLine != 0 && Stopwatch.GetElapsedTime(lastLine) < Interval) return;
        lastLine = Stopwatch.GetTimestamp();
        Console.WriteLine(FormattableString.Invariant($"iteration {record.Iteration}: {record.Report.EnvironmentSteps:N0} of {run!.Session.Configuration.Run.Budget:N0} steps, return {record.Report.Episodes.MeanReturn:F1}, {pace!.StepsPerSecond:N0} steps/s, {pace.Remaining} to go"));
    }

    /// <inheritdoc/>
    public override void Evaluated(EvaluationRecord record) =>
        Console.WriteLine(FormattableString.Invariant($"evaluation at {record.EnvironmentSteps:N0} steps: mean {record.Result.Mean:F1}, median {record.Result.Median:F1}"));
}
