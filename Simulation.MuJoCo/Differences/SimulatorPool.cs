using System.Runtime.ExceptionServices;

namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// One simulation per worker thread, made when first needed. Each lane goes to whichever worker is free.
/// </summary>
internal sealed class SimulatorPool(IWorkers workers, Func<LaneDifferences> create) : IDisposable
{
    private readonly LaneDifferences?[] slots = new LaneDifferences?[Math.Max(workers.Count, 1)];

    /// <summary>The simulation for work on the calling thread.</summary>
    public LaneDifferences First => slots[0] ??= create();

    /// <summary>Runs <paramref name="body"/> once for each index from 0 to <paramref name="count"/> - 1.</summary>
    public void Run(int count, Action<LaneDifferences, int> body)
    {
        int next = -1;
        try
        {
            workers.Run(Math.Min(slots.Length, count), slot =>
            {
                var mine = slots[slot] ??= create();
                for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                    body(mine, i);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    /// <summary>Control steps and observations simulated for differences since the last call.</summary>
    public long TakeCount()
    {
        long sum = 0;
        foreach (var slot in slots) sum += slot?.TakeCount() ?? 0;
        return sum;
    }

    public void Dispose()
    {
        foreach (var slot in slots) slot?.Simulator.Dispose();
    }
}
