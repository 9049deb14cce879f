using Orleans.Concurrency;

namespace MbMix.Cluster;

/// <summary>
/// Keeps the ledger. An answer is given once everything that it rests on has been stored; changes that arrive while the
/// store is at work are stored together. If the store fails, the ledger is forgotten and read anew.
/// </summary>
[Reentrant]
[KeepAlive]
internal sealed class Coordinator(
    ILedgerStore store, TimeProvider clock, LedgerOptions options, LedgerGauges gauges) : Grain, ICoordinator
{
    private const int MostNews = 500;
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    private readonly Ledger ledger = new(clock, options);
    private Task writing = Task.CompletedTask;
    private Task? next;
    private StoreException? broken;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ledger.Load(await store.OpenAsync());
        this.RegisterGrainTimer(ExpireAsync, new GrainTimerCreationOptions(Pulse, Pulse) { KeepAlive = true });
    }

    /// <inheritdoc/>
    public Task<int> SubmitAsync(RunTicket[] tickets) => Change(() => ledger.Submit(tickets));

    /// <inheritdoc/>
    public Task<LeaseAnswer> LeaseAsync(RunnerReport runner) => Change(() => ledger.Lease(runner));

    /// <inheritdoc/>
    public Task<HeartbeatAnswer> BeatAsync(Heartbeat heartbeat) => Change(() => ledger.Beat(heartbeat));

    /// <inheritdoc/>
    public Task ReportAsync(RunProgress news) => Change(() => ledger.Report(news));

    /// <inheritdoc/>
    public Task<int> CancelAsync(string what) => Change(() => ledger.Cancel(what));

    /// <inheritdoc/>
    public Task<int> RetryAsync(string what) => Change(() => ledger.Retry(what));

    /// <inheritdoc/>
    public Task<int> LoseAsync(string[] hashes) => Change(() => ledger.Lose(hashes.ToHashSet()));

    /// <inheritdoc/>
    public Task DrainAsync(string runner) => Change(() =>
    {
        ledger.Drain(runner);
        return true;
    });

    /// <inheritdoc/>
    public Task LeaveAsync(string runner, string instance) => Change(() =>
    {
        ledger.Leave(runner, instance);
        return true;
    });

    /// <inheritdoc/>
    public Task<SweepNews> NewsAsync(string sweep, long after) => Change(() => ledger.News(sweep, after, MostNews));

    /// <inheritdoc/>
    public Task<RunEntry[]> SelectAsync(string what) => Change(() => ledger.Select(what).ToArray());

    /// <inheritdoc/>
    public Task<ClusterState> DescribeAsync() => Change(ledger.Describe);

    /// <inheritdoc/>
    public Task<HashSet<string>> HashesInUseAsync() => Change(ledger.HashesInUse);

    private Task<int> ExpireAsync(CancellationToken stop) => Change(() =>
    {
        int expired = ledger.Expire();
        ClusterTelemetry.Expirations.Add(expired);
        gauges.Set(ledger.Tally());
        return expired;
    });

    private async Task<T> Change<T>(Func<T> change)
    {
        if (broken is not null) throw broken;
        T answer = change();
        // also what others have changed and nobody has stored yet may have led to this answer
        if (ledger.HasChanges) next ??= WriteAfterAsync(writing);
        await (next ?? writing);
        return answer;
    }

    private async Task WriteAfterAsync(Task before)
    {
        // more changes may come until it is this one's turn
        await Task.Yield();
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        writing = next!;
        next = null;
        if (broken is not null) throw broken;
        try
        {
            await store.WriteAsync(ledger.TakeChanges());
        }
        catch (StoreException e)
        {
            broken = e;
            DeactivateOnIdle();
            throw;
        }
    }
}
