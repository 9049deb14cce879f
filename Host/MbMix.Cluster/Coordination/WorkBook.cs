namespace MbMix.Cluster;

/// <summary>
/// How far the runs at work are, and how long runs of their kind take. All of it is in memory and none of it is stored:
/// after a restart, signs of life tell it anew. Not for several threads at a time.
/// </summary>
internal sealed class WorkBook(TimeProvider clock)
{
    private readonly Dictionary<string, Work> all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunPace.Tally> ended = new(StringComparer.Ordinal);

    /// <summary>Takes a change of a run: what was told under a lease is forgotten with it.</summary>
    /// <param name="before">The run before; null if it was not known.</param>
    /// <param name="after">The run now.</param>
    public void Follow(RunEntry? before, RunEntry after)
    {
        string run = after.Ticket.Run;
        if (after.Phase == RunPhase.Leased)
        {
            if (all.TryGetValue(run, out var known) && known.Fence == after.Fence) return;
            bool fresh = before is { Phase: RunPhase.Queued } && after.Files.Length == 0;
            all[run] = new(after.Ticket, after.Fence, fresh ? clock.GetUtcNow() : null);
        }
        else if (all.Remove(run, out var work) && after.Phase == RunPhase.Finished)
        {
            RunPace.Add(ended, after.Ticket, work.End(clock.GetUtcNow()));
        }
    }

    /// <summary>Takes what a runner says about a run, unless the run has another lease by now.</summary>
    public void Hear(RunSteps told)
    {
        if (!all.TryGetValue(told.Lease.Run, out var work) || work.Fence != told.Lease.Fence) return;
        long most = work.Ticket.Budget > 0 ? work.Ticket.Budget : long.MaxValue;
        double? mean = told.Return is { } value && double.IsFinite(value) ? value : null;
        work.Hear(Math.Clamp(told.Steps, 0, most), mean, clock.GetUtcNow());
    }

    /// <summary>Returns the environment steps of a run so far; null if nobody has told.</summary>
    public long? StepsOf(RunEntry entry) => all.TryGetValue(entry.Ticket.Run, out var work) ? work.Steps : null;

    /// <summary>Describes a run at work.</summary>
    public WorkState Describe(RunEntry entry)
    {
        var work = all.GetValueOrDefault(entry.Ticket.Run);
        var ticket = entry.Ticket;
        return new(ticket.Run, ticket.Sweep, ticket.Name, entry.Runner, work?.Steps, ticket.Budget, work?.Return);
    }

    /// <summary>Returns the steps so far as a share of those of all runs; null if they are not known.</summary>
    public double? ShareOf(IEnumerable<RunEntry> runs)
    {
        double done = 0, whole = 0;
        foreach (var run in runs.Where(r => r.Phase is not (RunPhase.Failed or RunPhase.Cancelled)))
        {
            whole += run.Ticket.Budget;
            done += run.Phase == RunPhase.Finished ? run.Ticket.Budget : StepsOf(run) ?? 0;
        }
        return whole > 0 ? Math.Min(1, done / whole) : null;
    }

    /// <summary>Measures how long a step takes, from the runs that have ended and those at work.</summary>
    public RunPace Measure()
    {
        var kinds = new Dictionary<string, RunPace.Tally>(ended, StringComparer.Ordinal);
        foreach (var work in all.Values) RunPace.Add(kinds, work.Ticket, work.Measured);
        return new RunPace(kinds);
    }

    private sealed class Work(RunTicket ticket, long fence, DateTimeOffset? begun)
    {
        private long from;
        private DateTimeOffset since, heard;

        public RunTicket Ticket => ticket;

        public long Fence => fence;

        public long? Steps { get; private set; }

        public double? Return { get; private set; }

        // without the start of the process: that is behind this run
        public RunPace.Tally Measured => new((Steps ?? 0) - from, (heard - since).TotalSeconds);

        public void Hear(long steps, double? mean, DateTimeOffset now)
        {
            if (Steps is null) (from, since) = (steps, now);
            (Steps, Return, heard) = (Math.Max(steps, Steps ?? 0), mean, now);
        }

        // with the start of the process and the evaluation at the end, if it was begun here: others will need them, too
        public RunPace.Tally End(DateTimeOffset now) =>
            begun is { } start ? new(ticket.Budget, (now - start).TotalSeconds)
            : Steps is null ? default
            : new(Math.Max(0, ticket.Budget - from), (now - since).TotalSeconds);
    }
}
