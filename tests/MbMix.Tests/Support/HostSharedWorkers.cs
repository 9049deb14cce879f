using System.Collections.Concurrent;
using MbMix.Hosting;

namespace MbMix.Tests.Support;

/// <summary>A pool in which no thread may be spared: a run goes on only after each of them has taken a part of it.</summary>
internal sealed class HostSharedWorkers(int threads) : IWorkers, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WorkerPool pool = new(threads);

    public int Count => pool.Count;

    /// <summary>Runs that were shared.</summary>
    public int Runs { get; private set; }

    public void Run(int count, Action<int> body)
    {
        Assert.True(count >= Count, $"{count} parts for {Count} threads");
        var seen = new ConcurrentDictionary<int, bool>();
        using var all = new CountdownEvent(Count);
        pool.Run(count, i =>
        {
            if (seen.TryAdd(Environment.CurrentManagedThreadId, true))
            {
                all.Signal();
                Assert.True(all.Wait(Patience), "a worker did not come");
            }
            body(i);
        });
        Runs++;
    }

    public void Dispose() => pool.Dispose();
}
