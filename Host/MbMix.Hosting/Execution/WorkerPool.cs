namespace MbMix.Hosting;

/// <summary>
/// The process's pool of worker threads. Workers stay alive between runs. They spin for a limited time while waiting
/// for the next run, and park after that: a training loop asks for a batch of simulation every few hundred
/// microseconds, and a wake-up costs tens of microseconds.
/// </summary>
public sealed class WorkerPool : IWorkers, IDisposable
{
    // one turn waits about a tenth of a microsecond; all turns together outlast the network part of a small iteration
    private const int SpinTurns = 3000;
    private const int SpinLength = 20;
    private const int YieldEvery = 8;

    private readonly Lock runGate = new();
    private readonly object parkGate = new();
    private readonly Thread[] threads;
    private readonly int spinTurns;

    // upper half: generation; lower half: next index, so that an index can be taken only from the run it belongs to. An
    // even generation is open; during an odd one, body and count are being written.
    private long ticket;
    private Action<int>? body;
    private int count;
    private int completed;
    private int parked;
    private int callerParked;
    private List<Exception>? errors;
    private volatile bool stopping;

    /// <summary>Starts the workers.</summary>
    /// <param name="threads">Number of threads that take part in a run, including the caller.</param>
    public WorkerPool(int threads)
    {
        if (threads < 1) throw new MbMixException($"A worker pool needs at least 1 thread, not {threads}.");
        // with fewer cores than threads, a spinning worker would take a core from a working one
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
        if (threads.Length == 0 || count <= 1 || runGate.IsHeldByCurrentThread || !runGate.TryEnter())
        {
            RunAlone(count, body);
            return;
        }
        try
        {
            Publish(count, body);
            Drain(Generation(Volatile.Read(ref ticket)));
            AwaitCompletion(count);
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

    /// <summary>Ends the workers, after any run in progress has finished.</summary>
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

    // returns an open generation that differs from the last one in which this worker took part
    private int AwaitGeneration(int last)
    {
        for (int i = 0; i < spinTurns; i++)
        {
            int generation = Generation(Volatile.Read(ref ticket));
            if (IsNew(generation, last) || stopping) return generation;
            Spin(i);
        }
        lock (parkGate)
        {
            // the increment is a full fence before reading the ticket: either the worker sees the new run, or the
            // caller sees that the worker is parked
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

    // on a busy machine, the awaited thread may be queued for this very core; spinning without yielding kept it waiting
    // for whole time slices, and two threads took twice as long as one
    private static void Spin(int turn)
    {
        Thread.SpinWait(SpinLength);
        if (turn % YieldEvery == 0) Thread.Yield();
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
            // this succeeds only while the run is still the one that body and count belong to
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
            Spin(i);
        }
        Interlocked.Exchange(ref callerParked, 1);
        lock (parkGate)
        {
            while (Volatile.Read(ref completed) != count) Monitor.Wait(parkGate);
        }
    }
}
