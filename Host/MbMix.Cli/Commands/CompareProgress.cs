using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Shows the progress of a comparison: a live table at a terminal, otherwise one line per
/// event, or only those about failures.</summary>
internal abstract class CompareProgress : IProgress<RunUpdate>, IDisposable
{
    public static CompareProgress For(
        ComparisonPlan plan, CancellationToken stop, Func<PlannedRun, long> budget, bool quiet) =>
        quiet ? new CompareLines(plan, stop, failuresOnly: true)
        : Console.IsOutputRedirected ? new CompareLines(plan, stop)
        : new CompareLiveTable(plan, stop, budget);

    public abstract void Report(RunUpdate value);

    public abstract void Dispose();
}
