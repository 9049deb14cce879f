using Microsoft.Extensions.Options;

namespace Samples.AspNet;

/// <summary>The trainings that wait, run, or have ended lately.</summary>
internal sealed class TrainingQueue(IOptions<TrainingLimits> limits) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Training> trainings = [];
    private readonly SemaphoreSlim added = new(0);

    public IReadOnlyList<Training> All
    {
        get
        {
            lock (gate) return [.. trainings];
        }
    }

    public Training? Find(Guid id)
    {
        lock (gate) return trainings.Find(t => t.Id == id);
    }

    /// <summary>Adds a training; false if too many are waiting.</summary>
    public bool TryAdd(Training training)
    {
        lock (gate)
        {
            // one that finds a free place to run does not wait
            int places = limits.Value.AtOnce + limits.Value.Queued;
            if (trainings.Count(t => !t.Status.Ended) >= places) return false;
            trainings.Add(training);
            foreach (var old in trainings.Where(t => t.Status.Ended).SkipLast(limits.Value.Kept).ToList())
                trainings.Remove(old);
        }
        added.Release();
        return true;
    }

    public void Forget(Training training)
    {
        lock (gate) trainings.Remove(training);
    }

    /// <summary>Waits for a training and claims it; null if it was canceled while it waited.</summary>
    public Training? Take(CancellationToken stop)
    {
        added.Wait(stop);
        lock (gate) return trainings.Find(t => t.TryStart());
    }

    public void Dispose() => added.Dispose();
}
