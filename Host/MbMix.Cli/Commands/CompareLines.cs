using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Prints one line per event, for files and pipes, or one per failure.</summary>
internal sealed class CompareLines : CompareProgress
{
    private readonly object gate = new();
    private readonly int total;
    private readonly bool failuresOnly;
    private readonly CancellationTokenRegistration stopping;
    private int ended;

    public CompareLines(ComparisonPlan plan, CancellationToken stop, bool failuresOnly = false)
    {
        this.failuresOnly = failuresOnly;
        total = plan.Runs.Count;
        stopping = stop.Register(SayStopping);
    }

    public override void Report(RunUpdate value)
    {
        lock (gate)
        {
            if (value.Stage is RunStage.Finished or RunStage.Failed) ended++;
            if (failuresOnly && value.Stage != RunStage.Failed) return;
            var output = value.Stage == RunStage.Failed ? Console.Error : Console.Out;
            string stage = value.Stage == RunStage.Running ? "" : value.Stage.ToString().ToLowerInvariant() + ": ";
            output.WriteLine(OneLine.Limit($"[{ended}/{total}] {value.Run}: {stage}{value.Detail}"));
        }
    }

    public override void Dispose() => stopping.Dispose();

    private static void SayStopping()
    {
        try
        {
            Console.WriteLine("stopping: active runs finish their iteration and save");
        }
        catch (IOException)
        {
            // this is called by the handler of a signal, which must not throw
        }
    }
}
