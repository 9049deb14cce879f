namespace MbMix.Comparison;

/// <summary>A sweep at a glance.</summary>
/// <param name="Name">Id of the sweep.</param>
/// <param name="Finished">Number of runs with a result.</param>
/// <param name="AtWork">Number of runs at work.</param>
/// <param name="Waiting">Number of runs that wait.</param>
/// <param name="Failed">Number of failed runs.</param>
/// <param name="Cancelled">Number of cancelled runs.</param>
/// <param name="Share">
/// Environment steps so far as a share of those of all runs that neither failed nor were cancelled, 0 to 1; null if
/// they are not known.
/// </param>
/// <param name="SecondsToGo">Expected time until the last run ends [s]; null if nothing is known yet.</param>
/// <param name="Trouble">Why no runner takes what waits, in one line; null if one will.</param>
public sealed record SweepGlance(
    string Name, int Finished, int AtWork, int Waiting, int Failed, int Cancelled, double? Share, double? SecondsToGo,
    string? Trouble);
