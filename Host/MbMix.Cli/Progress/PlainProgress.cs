using System.Diagnostics;
using MbMix.Hosting;

namespace MbMix.Cli.Progress;

/// <summary>Prints lines for log files: one every few seconds and one per evaluation.</summary>
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
        Console.WriteLine(
            $"training {configuration.Algorithm} on {configuration.Environment}{model}, seed {configuration.Seed}, "
            + $"in {run.Folder.FullPath}{begin}");
    }

    /// <inheritdoc/>
    public override void Iterated(IterationRecord record)
    {
        if (lastLine != 0 && Stopwatch.GetElapsedTime(lastLine) < Interval) return;
        lastLine = Stopwatch.GetTimestamp();
        var (steps, budget) = (record.Report.EnvironmentSteps, run!.Session.Configuration.Run.Budget);
        string progress = FormattableString.Invariant($"iteration {record.Iteration}: {steps:N0} of {budget:N0} steps");
        double mean = record.Report.Episodes.MeanReturn;
        string result = double.IsNaN(mean)
            ? "no episode has finished yet" : FormattableString.Invariant($"return {mean:F1}");
        string speed = FormattableString.Invariant($"{pace!.StepsPerSecond:N0} steps/s, {pace.Remaining} to go");
        Console.WriteLine($"{progress}, {result}, {speed}");
    }

    /// <inheritdoc/>
    public override void Evaluated(EvaluationRecord record)
    {
        var (steps, result) = (record.EnvironmentSteps, record.Result);
        Console.WriteLine(FormattableString.Invariant(
            $"evaluation at {steps:N0} steps: mean {result.Mean:F1}, median {result.Median:F1}"));
    }
}
