namespace MbMix.Comparison;

/// <summary>
/// Prints how far a comparison is that is done elsewhere, one line at a time: the more seldom, the longer it takes.
/// </summary>
/// <param name="far">Who has the runs done.</param>
/// <param name="print">Prints a line.</param>
internal sealed class SweepLines(ISweepLauncher far, Action<string> print)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromMinutes(10);

    // a line when a tenth more time has passed
    private const double Growth = 0.1;

    private readonly DateTime start = DateTime.UtcNow;
    private TimeSpan next;
    private string last = "";
    private bool greeted;

    /// <summary>Prints what is due.</summary>
    /// <param name="now">The time, in UTC.</param>
    public void Tick(DateTime now)
    {
        if (far.Progress is not { } progress) return;
        if (!greeted && progress.Attached) print(progress.Greeting);
        greeted = true;
        var elapsed = now - start;
        string line = progress.ToString();
        if (elapsed < next || line == last) return;
        print(line);
        last = line;
        next = elapsed + TimeSpan.FromSeconds(
            Math.Clamp(Growth * elapsed.TotalSeconds, Shortest.TotalSeconds, Longest.TotalSeconds));
    }
}
