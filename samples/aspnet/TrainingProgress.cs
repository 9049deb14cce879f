using System.Diagnostics;
using MbMix;
using MbMix.Hosting;
using MbMix.Learning;

namespace Samples.AspNet;

/// <summary>Shows clients how far a training is. It is called on the training thread, between iterations.</summary>
internal sealed class TrainingProgress(Training training, TrainingSession? session = null) : ITrainingObserver
{
    // copying the weights takes some microseconds; an iteration of a small task, not much more than a millisecond
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMilliseconds(50);

    private TrainingSession? session = session;
    private long copied;

    public void Started(TrainingRun run)
    {
        session = run.Session;
        training.Update(s => s with { Folder = run.Folder.FullPath });
    }

    public void Iterated(IterationRecord record)
    {
        if (copied == 0 || Stopwatch.GetElapsedTime(copied) >= SnapshotEvery)
        {
            copied = Stopwatch.GetTimestamp();
            Copy(record.Iteration);
        }
        training.Update(s => s.After(record));
    }

    /// <summary>Copies the last policy; the training has ended, but its session still exists.</summary>
    public void Conclude()
    {
        if (session!.Iteration > 0) Copy(session.Iteration);
    }

    public void Evaluated(EvaluationRecord record)
    {
        double mean = record.Result.Mean;
        training.Update(s => s with { EvaluationReturn = double.IsFinite(mean) ? mean : null });
    }

    public void Notice(string line) => training.Update(s => s with { Message = line });

    // the live policy changes while it is read; the copy does not
    private void Copy(long iteration)
    {
        try
        {
            if (session!.ExportPolicy() is { } artifact)
                training.Snapshot = new PolicySnapshot(new LoadedPolicy(artifact), iteration);
        }
        catch (MbMixException e)
        {
            // clients go on with the copy before
            Notice(e.Message);
        }
    }
}
