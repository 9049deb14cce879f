using System.Runtime.ExceptionServices;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>One simulation per worker thread, made when first needed; rows go to whichever is free.</summary>
internal sealed class SimulatorPool(IWorkers workers, Func<LaneDifferences> create) : IDisposable
{
    private readonly LaneDifferences?[] slots = new LaneDifferences?[Math.Max(workers.Count, 1)];

    /// <summary>The caller's own.</summary>
    public LaneDifferences First => slots[0] ??= create();

    /// <summary>Runs <paramref name="body"/> for every row below <paramref name="count"/>.</summary>
    public void Run(int count, Action<LaneDifferences, int> body)
    {
        int next = -1;
        try
        {
            workers.Run(Math.Min(slots.Length, count), slot =>
            {
                var mine = slots[slot] ??= create();
                for (int row = Interlocked.Increment(ref next); row < count; row = Interlocked.Increment(ref next)) body(mine, row);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    /// <summary>Steps simulated since the last call.</summary>
    public long TakeCount()
    {
        long sum = 0;
        foreach (var slot in slots) sum += slot?.Simulator.TakeCount() ?? 0;
        return sum;
    }

    public void Dispose()
    {
        foreach (var slot in slots) slot?.Simulator.Dispose();
    }
}
