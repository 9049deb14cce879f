using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>Does the jobs of a search, several runs in parallel, until it has none left.</summary>
internal sealed class TuneRunner(TunePlan plan, SettingSearch search, IRunLauncher launcher, Action<string> say)
{
    private readonly TrialRuns runs = new(plan, launcher, say);
    private readonly LinkedList<TuneWork> waiting = [];

    /// <summary>Runs until nothing is left to do.</summary>
    /// <param name="stop">Asks running processes to save and end; no further ones are started.</param>
    /// <param name="abort">Kills running processes.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var running = new Dictionary<Task<TuneOutcome>, TuneWork>();
        while (true)
        {
            while (running.Count < plan.Jobs && !stop.IsCancellationRequested && Take() is { } work)
            {
                running.Add(Task.Run(() => runs.RunAsync(work, stop, abort), CancellationToken.None), work);
            }
            if (running.Count == 0) return;
            var ended = await Task.WhenAny(running.Keys).ConfigureAwait(false);
            running.Remove(ended, out var done);
            Take(done!, await ended.ConfigureAwait(false));
        }
    }

    private TuneWork? Take()
    {
        while (waiting.First is null)
        {
            if (search.Next() is not { } job) return null;
            say(Describe(job));
            foreach (long seed in plan.Terms.SeedNumbers)
            {
                // that of a seed may be known from before a kill
                if (job.Trial.RunValue(job.Rung, seed) is not null) continue;
                waiting.AddLast(new TuneWork(job, plan.RunOf(job.Trial, seed)));
            }
        }
        var work = waiting.First.Value;
        waiting.RemoveFirst();
        return work;
    }

    private void Take(TuneWork done, TuneOutcome outcome)
    {
        var trial = done.Job.Trial;
        // another seed has failed before
        if (trial.Stage != TrialStage.Running) return;
        if (outcome.Value is { } value) search.TellRun(trial, done.Run.Seed, value);
        else if (outcome.Reason is { } reason) search.Fail(trial, $"seed {done.Run.Seed}: {reason}");
        else return;
        if (trial.Stage == TrialStage.Running) return;
        for (var node = waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Job.Trial == trial) waiting.Remove(node);
            node = next;
        }
        say(trial.Stage == TrialStage.Failed
            ? $"trial {trial.Number}: failed: {trial.Reason}"
            : FormattableString.Invariant($"trial {trial.Number}: {trial.Value:0.0} after {Steps(done.Job)}"));
    }

    private string Describe(TrialJob job)
    {
        string setting = string.Join(' ', plan.SettingsOf(job.Trial.Setting));
        string rung = plan.Terms.Rungs > 1 ? $" to {Steps(job)}" : "";
        return $"trial {job.Trial.Number}{rung}: {setting}";
    }

    private static string Steps(TrialJob job) => job.Steps is { } steps ? Amount.Of(steps, "step") : "all steps";
}
