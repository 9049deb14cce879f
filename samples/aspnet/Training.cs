using MbMix.Hosting;

namespace Samples.AspNet;

/// <summary>A training: its newest status and policy, for any number of threads.</summary>
internal sealed class Training
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource cancellation = new();
    private TrainingStatus status;
    private TaskCompletionSource changed = Promise();
    private volatile PolicySnapshot? snapshot;

    public Training(ResolvedConfiguration configuration)
    {
        Configuration = configuration;
        status = TrainingStatus.Of(Guid.CreateVersion7(), configuration);
    }

    public ResolvedConfiguration Configuration { get; }

    public Guid Id => status.Id;

    public TrainingStatus Status => Volatile.Read(ref status);

    public CancellationToken Canceled => cancellation.Token;

    /// <summary>The newest copy of the policy; null before the first one.</summary>
    public PolicySnapshot? Snapshot
    {
        get => snapshot;
        set => snapshot = value;
    }

    /// <summary>The status, and a task that completes when there is a newer one.</summary>
    public (TrainingStatus Status, Task Changed) Current
    {
        get
        {
            lock (gate) return (status, changed.Task);
        }
    }

    public void Update(Func<TrainingStatus, TrainingStatus> change)
    {
        lock (gate)
        {
            status = change(status);
            changed.SetResult();
            changed = Promise();
        }
    }

    /// <summary>Claims a training that waits; only one thread succeeds.</summary>
    public bool TryStart() => TryLeaveQueue(TrainingState.Running);

    /// <summary>Cancels the training: at once if it waits, at the end of its iteration if it runs.</summary>
    public void Cancel()
    {
        TryLeaveQueue(TrainingState.Canceled);
        cancellation.Cancel();
    }

    // those who wait go on elsewhere, not on the training thread
    private static TaskCompletionSource Promise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryLeaveQueue(TrainingState state)
    {
        lock (gate)
        {
            if (status.State != TrainingState.Queued) return false;
            Update(s => s with { State = state });
            return true;
        }
    }
}
