using MbMix.Hosting;

namespace MbMix.Tests.Unit;

public sealed class HostWorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_index_is_run_exactly_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        Assert.Equal(threads, pool.Count);
        for (int round = 0; round < 5_000; round++)
        {
            var hits = new int[round % 17];
            pool.Run(hits.Length, i => Interlocked.Increment(ref hits[i]));
            Assert.All(hits, h => Assert.Equal(1, h));
        }
    }

    [Fact]
    public void A_run_after_the_workers_parked_is_complete()
    {
        using var pool = new WorkerPool(2);
        for (int round = 0; round < 20; round++)
        {
            Thread.Sleep(5);
            int sum = 0;
            pool.Run(100, i => Interlocked.Add(ref sum, i));
            Assert.Equal(4950, sum);
        }
    }

    [Fact]
    public void All_errors_come_back_and_the_pool_goes_on()
    {
        using var pool = new WorkerPool(3);
        int done = 0;
        var e = Assert.Throws<AggregateException>(() => pool.Run(10, i =>
        {
            Interlocked.Increment(ref done);
            if (i is 2 or 7) throw new InvalidOperationException($"index {i}");
        }));
        Assert.Equal(10, done);
        Assert.Equal(["index 2", "index 7"], e.InnerExceptions.Select(x => x.Message).Order());
        pool.Run(3, _ => Interlocked.Increment(ref done));
        Assert.Equal(13, done);
    }

    [Fact]
    public void A_nested_run_stays_on_its_thread()
    {
        using var pool = new WorkerPool(3);
        int strays = 0, inner = 0;
        pool.Run(8, _ =>
        {
            int thread = Environment.CurrentManagedThreadId;
            pool.Run(4, _ =>
            {
                Interlocked.Increment(ref inner);
                if (Environment.CurrentManagedThreadId != thread) Interlocked.Increment(ref strays);
            });
        });
        Assert.Equal((32, 0), (inner, strays));
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        int sum = 0;
        Action<int> body = i => Interlocked.Add(ref sum, i);
        for (int i = 0; i < 100; i++) pool.Run(8, body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.Run(8, body);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
