using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>
/// Shows the progress of a comparison: a live table at a terminal, otherwise one line per event, or only those about
/// failures.
/// </summary>
internal abstract class CompareProgress : IProgress<RunUpdate>, IDisposable
{
    /// <param name="plan">The comparison.</param>
    /// <param name="stop">The token by which the user asks for an end.</param>
    /// <param name="budget">Returns the environment steps that a run is trained for.</param>
    /// <param name="quiet">Whether only failures are shown.</param>
    /// <param name="far">Who has the runs done elsewhere; null if they are done here.</param>
    public static CompareProgress For(
        ComparisonPlan plan, CancellationToken stop, Func<PlannedRun, long> budget, bool quiet, ISweepLauncher? far) =>
        quiet ? new CompareLines(plan, stop, far, failuresOnly: true)
        : Console.IsOutputRedirected ? new CompareLines(plan, stop, far)
        : new CompareLiveTable(plan, stop, budget, far);

    /// <summary>Says what happens to runs on this machine now that the user has asked for an end.</summary>
    protected const string Stopping = "stopping: active runs finish their iteration and save";

    public abstract void Report(RunUpdate value);

    public abstract void Dispose();
}
