using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Shows the progress of a comparison: a live table at a terminal, otherwise one line per event.</summary>
internal abstract class CompareProgress : IProgress<RunUpdate>, IDisposable
{
    public static CompareProgress For(ComparisonPlan plan, CancellationToken stop) =>
        Console.IsOutputRedirected ? new CompareLines(plan, stop) : new CompareLiveTable(plan, stop);

    public abstract void Report(RunUpdate value);

    public abstract void Dispose();
}
