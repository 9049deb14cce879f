using System.Diagnostics;
using MbMix.Hosting;

namespace MbMix.Cli.Progress;

/// <summary>Speed and time to go, from the steps since this process began to train.</summary>
internal sealed class Pace(TrainingRun run)
{
    private readonly long firstStep = run.Session.EnvironmentSteps;
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>Environment steps per second, evaluations and checkpoints included.</summary>
    public double StepsPerSecond => (run.Session.EnvironmentSteps - firstStep) / Math.Max(1e-9, Elapsed.TotalSeconds);

    /// <summary>Since this process began to train.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>Part of the budget that is used up.</summary>
    public double Fraction => Math.Min(1, run.Session.EnvironmentSteps / (double)run.Session.Configuration.Run.Budget);

    /// <summary>Expected time to the end.</summary>
    public string Remaining
    {
        get
        {
            double seconds = Math.Max(0, run.Session.Configuration.Run.Budget - run.Session.EnvironmentSteps) / Math.Max(1e-9, StepsPerSecond);
            return seconds is >= 0 and < 8.64e6 ? Clock(TimeSpan.FromSeconds(seconds)) : "?";
        }
    }

    /// <summary>Hours, minutes, seconds.</summary>
    public static string Clock(TimeSpan time) => FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
}
