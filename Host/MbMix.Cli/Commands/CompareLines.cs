using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Prints one line per event, for files and pipes, or one per failure.</summary>
internal sealed class CompareLines : CompareProgress
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly object gate = new();
    private readonly int total;
    private readonly bool failuresOnly;
    private readonly ISweepLauncher? far;
    private readonly Timer? timer;
    private readonly CancellationTokenRegistration stopping;
    private int ended;
    private bool over;

    public CompareLines(
        ComparisonPlan plan, CancellationToken stop, ISweepLauncher? far = null, bool failuresOnly = false)
    {
        (this.failuresOnly, this.far) = (failuresOnly, far);
        total = plan.Runs.Count;
        // whoever leaves a cluster is told when that has happened
        if (far is null) stopping = stop.Register(() => Say(Stopping));
        if (far is null || failuresOnly) return;
        var lines = new SweepLines(far, Say);
        timer = new Timer(_ => Tick(lines), null, Period, Period);
    }

    public override void Report(RunUpdate value)
    {
        lock (gate)
        {
            if (value.Stage is RunStage.Finished or RunStage.Failed) ended++;
            if (failuresOnly && value.Stage != RunStage.Failed) return;
            // a run that was submitted waits, and one that is left goes on
            if (far is not null && value.Stage is not (RunStage.Finished or RunStage.Failed)) return;
            var output = value.Stage == RunStage.Failed ? Console.Error : Console.Out;
            string stage = value.Stage == RunStage.Running ? "" : value.Stage.ToString().ToLowerInvariant() + ": ";
            output.WriteLine(OneLine.Limit($"[{ended}/{total}] {value.Run}: {stage}{value.Detail}"));
        }
    }

    public override void Dispose()
    {
        stopping.Dispose();
        timer?.Dispose();
        lock (gate) over = true;
    }

    private void Tick(SweepLines lines)
    {
        lock (gate)
        {
            // nothing may stand below the results
            if (!over) lines.Tick(DateTime.UtcNow);
        }
    }

    private static void Say(string line)
    {
        try
        {
            Console.WriteLine(line);
        }
        catch (IOException)
        {
            // this is called by the handler of a signal and by a timer, which must not throw
        }
    }
}
