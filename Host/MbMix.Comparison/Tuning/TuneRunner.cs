using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>Does the jobs of a search, several runs in parallel, until it has none left.</summary>
internal sealed class TuneRunner(TunePlan plan, SettingSearch search, IRunLauncher launcher, Action<string> say)
{
    private readonly TrialQueue queue = new(plan, search, launcher, say);

    /// <summary>Runs until nothing is left to do.</summary>
    /// <param name="stop">Asks running processes to save and end; no further ones are started.</param>
    /// <param name="abort">Kills running processes.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        while (true)
        {
            while (queue.HasRoom && !stop.IsCancellationRequested && FindWork()) queue.Start(stop, abort);
            if (queue.IsIdle) return;
            await queue.Ended.ConfigureAwait(false);
            await queue.TakeEndedAsync().ConfigureAwait(false);
        }
    }

    private bool FindWork()
    {
        while (!queue.HasWaiting)
        {
            if (search.Next() is not { } job) return false;
            queue.Add(job);
        }
        return true;
    }
}
