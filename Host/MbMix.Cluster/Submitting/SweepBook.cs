using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>What a terminal has heard about the runs that it has submitted.</summary>
internal sealed class SweepBook
{
    private readonly IReadOnlyDictionary<string, string> folders;
    private readonly HashSet<string> ended;
    private readonly Lock gate = new();
    private volatile SweepProgress? progress;

    /// <summary>Begins with the runs that have a result here.</summary>
    /// <param name="folders">Folders of the planned runs by their ids.</param>
    public SweepBook(IReadOnlyDictionary<string, string> folders)
    {
        this.folders = folders;
        ended = [.. folders.Where(f => HasResult(f.Value)).Select(f => f.Key)];
    }

    /// <summary>How far the runs are; null if nothing has been heard yet.</summary>
    public SweepProgress? Progress => progress;

    /// <summary>Takes runs that have changed.</summary>
    public void Take(RunEntry[] runs)
    {
        lock (gate)
        {
            foreach (var run in runs.Where(r => folders.ContainsKey(r.Ticket.Run)))
            {
                if (run.IsOver) ended.Add(run.Ticket.Run);
                else if (!HasResult(folders[run.Ticket.Run])) ended.Remove(run.Ticket.Run);
            }
        }
    }

    /// <summary>Takes the state of the cluster.</summary>
    /// <param name="state">The state.</param>
    /// <param name="sweep">Id of the sweep.</param>
    /// <param name="attached">Whether the sweep was submitted before.</param>
    public void Take(ClusterState state, string sweep, bool attached)
    {
        lock (gate)
        {
            var own = Array.Find(state.Sweeps, s => s.Sweep == sweep);
            var work = new Dictionary<string, RunGlance>(StringComparer.Ordinal);
            foreach (var run in state.Work.Where(w => w.Sweep == sweep))
            {
                if (folders.TryGetValue(run.Run, out string? folder))
                    work[folder] = new(run.Steps ?? 0, run.Return ?? double.NaN);
            }
            int cores = (int)Math.Min(int.MaxValue, state.Runners.Sum(r => (long)r.Cores));
            progress = new(
                attached, ended.Count, folders.Count, own?.BusyCores ?? 0, cores, own?.Share,
                own?.SecondsToGo, work);
        }
    }

    private static bool HasResult(string folder) => File.Exists(Path.Combine(folder, "result.json"));
}
