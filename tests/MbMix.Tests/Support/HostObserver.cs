using MbMix.Hosting;

namespace MbMix.Tests.Support;

/// <summary>Remembers what it is told, and can stop a run after some iterations.</summary>
internal sealed class HostObserver(int stopAfter = int.MaxValue) : ITrainingObserver
{
    private readonly CancellationTokenSource source = new();

    public CancellationToken Stop => source.Token;

    public List<string> Notices { get; } = [];

    public List<EvaluationRecord> Evaluations { get; } = [];

    public void Started(TrainingRun run)
    {
    }

    public void Iterated(IterationRecord record)
    {
        if (record.Iteration >= stopAfter) source.Cancel();
    }

    public void Evaluated(EvaluationRecord record) => Evaluations.Add(record);

    public void Notice(string line) => Notices.Add(line);
}
