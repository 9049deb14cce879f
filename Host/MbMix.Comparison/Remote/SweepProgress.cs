namespace MbMix.Comparison;

/// <summary>How far a comparison is that a cluster does.</summary>
/// <param name="Attached">Whether its runs had been submitted before.</param>
/// <param name="Ended">Number of runs that have ended.</param>
/// <param name="Runs">Number of runs.</param>
/// <param name="BusyCores">Number of cores on which they are at work.</param>
/// <param name="Cores">Number of cores of the cluster.</param>
/// <param name="Share">Share of the environment steps so far, 0 to 1; null if it is not known.</param>
/// <param name="SecondsToGo">Expected time until the last run ends [s]; null if nothing is known yet.</param>
/// <param name="AtWork">The runs at work by their folders, as planned.</param>
public sealed record SweepProgress(
    bool Attached, int Ended, int Runs, int BusyCores, int Cores, double? Share, double? SecondsToGo,
    IReadOnlyDictionary<string, RunGlance> AtWork)
{
    // more than three years is no estimate
    private const double LongestTime = 1e8;

    /// <summary>Says how many of the runs had ended that were submitted before, in one line.</summary>
    public string Greeting =>
        FormattableString.Invariant($"attached again: {Ended} of {Amount.Of(Runs, "run")} ")
        + $"{(Runs == 1 ? "has" : "have")} ended";

    /// <summary>Says so in one line.</summary>
    public override string ToString()
    {
        string cores = Amount.Of(Cores, "core");
        return FormattableString.Invariant($"{Ended} of {Amount.Of(Runs, "run")} ended, {AtWork.Count} at work on ")
            + FormattableString.Invariant($"{BusyCores} of {cores}{Remainder(Share, SecondsToGo)}");
    }

    /// <summary>
    /// Says what part is done and how long the rest takes, as the end of a line; what is not known is left out.
    /// </summary>
    /// <param name="share">Share of the environment steps so far, 0 to 1; null if it is not known.</param>
    /// <param name="secondsToGo">Expected time until the last run ends [s]; null if nothing is known yet.</param>
    public static string Remainder(double? share, double? secondsToGo)
    {
        string part = share is { } done
            ? FormattableString.Invariant($", {Math.Floor(100 * done):0} % of the steps") : "";
        return secondsToGo is { } seconds and < LongestTime ? $"{part}, {Clock(seconds)} to go" : part;
    }

    private static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return FormattableString.Invariant($"{(int)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}");
    }
}
