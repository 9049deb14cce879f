using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Shows how a comparison gets on: a live table at a terminal, else a line per event.</summary>
internal abstract class CompareProgress : IProgress<RunUpdate>, IDisposable
{
    public static CompareProgress For(ComparisonPlan plan, CancellationToken stop) =>
        Console.IsOutputRedirected ? new CompareLines(plan, stop) : new CompareLiveTable(plan, stop);

    public abstract void Report(RunUpdate value);

    public abstract void Dispose();
}
