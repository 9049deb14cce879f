using System.Diagnostics;

namespace MbMix.Hosting;

/// <summary>
/// The process's pool of worker threads. Workers stay alive between runs: they spin for a bounded time for the next one and then
/// park, because a training loop asks for a batch of simulation every few hundred microseconds and a wake-up costs tens of them.
/// </summary>
/// <remarks>
/// On a busy machine a worker may lose its core in the middle of a part, and the caller waits for it many times longer than the part takes. A
/// pool that gives way then works without its workers for as long as it has waited, at least twice as long each time, and tries again: results do not depend on it.
/// </remarks>
public sealed class WorkerPool : IWorkers, IDisposable
{
    // one turn waits about a tenth of a microsecond; together they outlast the network part of a small iteration
    private const int SpinTurns = 3000;
    private const int SpinLength = 20;

    private static readonly long Grace = Stopwatch.Frequency / 10_000;
    private static readonly long ShortestRest = Stopwatch.Frequency / 1000;
    private static readonly long LongestRest = Stopwatch.Frequency / 2;

    private readonly Lock runGate = new();
    private readonly object parkGate = new();
    private readonly Thread[] threads;
    private readonly int spinTurns;
    private readonly bool givesWay;
    private long aloneUntil;
    private long rest;

    // generation in the upper half, next index in the lower: an index can be taken only from the run it belongs to.
    // Even generations are open; while one is odd, body and count are being written.
    private long ticket;
    private Action<int>? body;
    private int count;
    private int completed;
    private int parked;
    private int callerParked;
    private List<Exception>? errors;
    private volatile bool stopping;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Threads that take part in a run, the caller included.</param>
    /// <param name="givesWay">Whether to do without workers for a while when one of them is kept from its core.</param>
    public WorkerPool(int threads, bool givesWay = false)
    {
        if (threads < 1) throw new MbMixException($"A worker pool needs at least 1 thread, not {threads}.");
        this.givesWay = givesWay;
        // with fewer cores than threads a spinning worker keeps a working one from its core
        spinTurns = threads <= Environment.ProcessorCount ? SpinTurns : 0;
        this.threads = new Thread[threads - 1];
        for (int i = 0; i < this.threads.Length; i++)
        {
            this.threads[i] = new Thread(Work) { IsBackground = true, Name = $"MbMix worker {i + 1}" };
            this.threads[i].Start();
        }
    }

    /// <inheritdoc/>
    public int Count => threads.Length + 1;

    /// <inheritdoc/>
    public void Run(int count, Action<int> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (threads.Length == 0 || count <= 1 || runGate.IsHeldByCurrentThread || Resting() || !runGate.TryEnter())
        {
            RunAlone(count, body);
            return;
        }
        try
        {
            long begun = Stopwatch.GetTimestamp();
            Publish(count, body);
            Drain(Generation(Volatile.Read(ref ticket)));
            long drained = Stopwatch.GetTimestamp();
            AwaitCompletion(count);
            if (givesWay) Judge(drained - begun, Stopwatch.GetTimestamp() - drained);
            this.body = null;
            if (errors is { } thrown)
            {
                errors = null;
                throw new AggregateException(thrown);
            }
        }
        finally
        {
            runGate.Exit();
        }
    }

    /// <summary>Ends the workers. A run in progress is finished first.</summary>
    public void Dispose()
    {
        lock (runGate)
        {
            stopping = true;
            lock (parkGate) Monitor.PulseAll(parkGate);
        }
        foreach (var thread in threads) thread.Join();
    }

    private static int Generation(long ticket) => (int)(ticket >> 32);

    private static long First(int generation) => (long)generation << 32;

    private static void RunAlone(int count, Action<int> body)
    {
        List<Exception>? thrown = null;
        for (int i = 0; i < count; i++)
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                (thrown ??= []).Add(e);
            }
        }
        if (thrown is not null) throw new AggregateException(thrown);
    }

    private bool Resting() => givesWay && Stopwatch.GetTimestamp() < Volatile.Read(ref aloneUntil);

    // whoever has drained the run waits for parts that others have begun: longer than for all of its own, and something is wrong
    private void Judge(long worked, long waited)
    {
        if (waited <= worked + Grace)
        {
            // slowly: on a busy machine most runs are in time, and the few others cost more than sharing gains
            rest -= rest / 16;
            return;
        }
        rest = Math.Clamp(Math.Max(2 * rest, waited), ShortestRest, LongestRest);
        Volatile.Write(ref aloneUntil, Stopwatch.GetTimestamp() + rest);
    }

    private void Publish(int count, Action<int> body)
    {
        int closed = unchecked(Generation(Volatile.Read(ref ticket)) + 1);
        Interlocked.Exchange(ref ticket, First(closed));
        this.body = body;
        this.count = count;
        completed = 0;
        callerParked = 0;
        Interlocked.Exchange(ref ticket, First(unchecked(closed + 1)));
        if (Volatile.Read(ref parked) > 0)
        {
            lock (parkGate) Monitor.PulseAll(parkGate);
        }
    }

    private void Work()
    {
        int done = 0;
        while (true)
        {
            int generation = AwaitGeneration(done);
            if (stopping) return;
            Drain(generation);
            done = generation;
        }
    }

    // returns an open generation that differs from the last one this worker took part in
    private int AwaitGeneration(int last)
    {
        for (int i = 0; i < spinTurns; i++)
        {
            int generation = Generation(Volatile.Read(ref ticket));
            if (IsNew(generation, last) || stopping) return generation;
            Thread.SpinWait(SpinLength);
        }
        lock (parkGate)
        {
            // a full fence between this and the look at the ticket: either the worker sees the new run or the caller sees it parked
            Interlocked.Increment(ref parked);
            try
            {
                while (true)
                {
                    int generation = Generation(Volatile.Read(ref ticket));
                    if (IsNew(generation, last) || stopping) return generation;
                    Monitor.Wait(parkGate);
                }
            }
            finally
            {
                Interlocked.Decrement(ref parked);
            }
        }
    }

    private static bool IsNew(int generation, int last) => generation != last && (generation & 1) == 0;

    private void Drain(int generation)
    {
        while (true)
        {
            long seen = Volatile.Read(ref ticket);
            if (Generation(seen) != generation) return;
            var work = body;
            int index = (int)seen, end = Volatile.Read(ref count);
            if (index >= end) return;
            // succeeds only while the run is still the one that body and count were read from
            if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen) continue;
            try
            {
                work!(index);
            }
            catch (Exception e)
            {
                lock (parkGate) (errors ??= []).Add(e);
            }
            if (Interlocked.Increment(ref completed) == end && Volatile.Read(ref callerParked) != 0)
            {
                lock (parkGate) Monitor.PulseAll(parkGate);
            }
        }
    }

    private void AwaitCompletion(int count)
    {
        for (int i = 0; i < spinTurns; i++)
        {
            if (Volatile.Read(ref completed) == count) return;
            Thread.SpinWait(SpinLength);
        }
        Interlocked.Exchange(ref callerParked, 1);
        lock (parkGate)
        {
            while (Volatile.Read(ref completed) != count) Monitor.Wait(parkGate);
        }
    }
}
