namespace MbMix.Cluster;

/// <summary>
/// Estimates when sweeps end: each run in turn gets the cores that become free first, and has them until it ends.
/// </summary>
internal static class TimeToGo
{
    private const int MostCores = 1 << 20;

    /// <summary>Estimates the time until the last run of each sweep ends.</summary>
    /// <param name="runs">The runs that have not ended, in the order in which they begin: those at work first.</param>
    /// <param name="cores">Number of cores of the cluster.</param>
    /// <returns>Seconds by sweep; those sweeps are missing of which too little is known.</returns>
    public static Dictionary<string, double> Of(IReadOnlyList<PendingRun> runs, int cores)
    {
        var ends = new Dictionary<string, double>(StringComparer.Ordinal);
        if (cores < 1 || runs.Count == 0) return ends;
        // more cores than all of them could take make no difference
        cores = (int)Math.Min(Math.Min(cores, MostCores), runs.Sum(r => (long)Math.Max(1, r.Cores)));
        var free = new PriorityQueue<int, double>(Enumerable.Range(0, cores).Select(core => (core, 0.0)));
        var taken = new List<int>();
        foreach (var run in runs)
        {
            taken.Clear();
            double begin = 0;
            // a run that wants more than there is will wait; it is counted as if it took all
            while (taken.Count < Math.Clamp(run.Cores, 1, cores) && free.TryDequeue(out int core, out double from))
            {
                taken.Add(core);
                begin = Math.Max(begin, from);
            }
            double end = begin + run.Seconds;
            foreach (int core in taken) free.Enqueue(core, end);
            ends[run.Sweep] = Math.Max(ends.GetValueOrDefault(run.Sweep), end);
        }
        foreach (string sweep in runs.Where(r => !r.Known).Select(r => r.Sweep).Distinct()) ends.Remove(sweep);
        return ends;
    }
}
