using MbMix.Search;

namespace MbMix.Comparison;

/// <summary>The runs of a search's trials: those that wait, and those at work.</summary>
internal sealed class TrialQueue(TunePlan plan, SettingSearch search, IRunLauncher launcher, Action<string> say)
{
    private readonly TrialRuns runs = new(plan, launcher, say);
    private readonly LinkedList<TuneWork> waiting = [];
    private readonly Dictionary<Task<TuneOutcome>, TuneWork> running = [];

    /// <summary>Whether another run may be started.</summary>
    public bool HasRoom => running.Count < plan.Jobs;

    /// <summary>Whether a run waits.</summary>
    public bool HasWaiting => waiting.Count > 0;

    /// <summary>Whether no run is at work.</summary>
    public bool IsIdle => running.Count == 0;

    /// <summary>Ends when one of the runs at work ends.</summary>
    public Task Ended => Task.WhenAny(running.Keys);

    /// <summary>Adds the runs of a job, without those that are known from before a kill.</summary>
    public void Add(TrialJob job)
    {
        string setting = string.Join(' ', plan.SettingsOf(job.Trial.Setting));
        string rung = plan.Terms.Rungs > 1 ? $" to {Steps(job)}" : "";
        say($"trial {job.Trial.Number}{rung}: {setting}");
        foreach (long seed in plan.Terms.SeedNumbers)
        {
            if (job.Trial.RunValue(job.Rung, seed) is not null) continue;
            waiting.AddLast(new TuneWork(job, plan.RunOf(job.Trial, seed)));
        }
    }

    /// <summary>Starts the first run that waits.</summary>
    public void Start(CancellationToken stop, CancellationToken abort)
    {
        var work = waiting.First!.Value;
        waiting.RemoveFirst();
        running.Add(Task.Run(() => runs.RunAsync(work, stop, abort), CancellationToken.None), work);
    }

    /// <summary>Tells the search of all runs that have ended.</summary>
    /// <returns>The trials that are no longer at work because of them.</returns>
    public async Task<IReadOnlyList<Trial>> TakeEndedAsync()
    {
        List<Trial> over = [];
        foreach (var ended in running.Keys.Where(r => r.IsCompleted).ToList())
        {
            running.Remove(ended, out var done);
            if (Take(done!, await ended.ConfigureAwait(false))) over.Add(done!.Job.Trial);
        }
        return over;
    }

    private bool Take(TuneWork done, TuneOutcome outcome)
    {
        var trial = done.Job.Trial;
        // another seed has failed before
        if (trial.Stage != TrialStage.Running) return false;
        if (outcome.Value is { } value) search.TellRun(trial, done.Run.Seed, value);
        else if (outcome.Reason is { } reason) search.Fail(trial, $"seed {done.Run.Seed}: {reason}");
        else return false;
        if (trial.Stage == TrialStage.Running) return false;
        for (var node = waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Job.Trial == trial) waiting.Remove(node);
            node = next;
        }
        say(trial.Stage == TrialStage.Failed
            ? $"trial {trial.Number}: failed: {trial.Reason}"
            : FormattableString.Invariant($"trial {trial.Number}: {trial.Value:0.0} after {Steps(done.Job)}"));
        return true;
    }

    private static string Steps(TrialJob job) => job.Steps is { } steps ? Amount.Of(steps, "step") : "all steps";
}
