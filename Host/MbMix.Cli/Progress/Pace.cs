using System.Diagnostics;
using MbMix.Hosting;

namespace MbMix.Cli.Progress;

/// <summary>Speed and remaining time, computed from the steps since this process began to train.</summary>
internal sealed class Pace(TrainingRun run)
{
    private readonly long firstStep = run.Session.EnvironmentSteps;
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>Environment steps per second, including the time for evaluations and checkpoints.</summary>
    public double StepsPerSecond => (run.Session.EnvironmentSteps - firstStep) / Math.Max(1e-9, Elapsed.TotalSeconds);

    /// <summary>Time since this process began to train.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>Share of the budget used so far, 0 to 1.</summary>
    public double Fraction => Math.Min(1, run.Session.EnvironmentSteps / (double)run.Session.Configuration.Run.Budget);

    /// <summary>Expected time until the end of the run.</summary>
    public string Remaining
    {
        get
        {
            double left = Math.Max(0, run.Session.Configuration.Run.Budget - run.Session.EnvironmentSteps);
            double seconds = left / Math.Max(1e-9, StepsPerSecond);
            return seconds is >= 0 and < 8.64e6 ? Clock(TimeSpan.FromSeconds(seconds)) : "?";
        }
    }

    /// <summary>Formats a time as hours, minutes and seconds.</summary>
    public static string Clock(TimeSpan time) =>
        FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
}
