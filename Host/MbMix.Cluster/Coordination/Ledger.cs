using System.Globalization;

namespace MbMix.Cluster;

/// <summary>
/// The book of all runs: who waits, who has which lease, what came out. It decides and remembers; it neither stores nor
/// talks. Everything may be said twice with the same effect as once. Not for several threads at a time.
/// </summary>
internal sealed class Ledger(TimeProvider clock, LedgerOptions options)
{
    private readonly Dictionary<string, RunEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<(long Change, string Run)>> sweeps = new(StringComparer.Ordinal);
    private readonly SortedSet<(long Order, string Run)> queue = [];
    private readonly HashSet<string> leased = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sighting> runners = new(StringComparer.Ordinal);
    private readonly HashSet<string> drained = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> replaced = new(StringComparer.Ordinal);
    private readonly WorkBook work = new(clock);
    private readonly int[] phases = new int[Enum.GetValues<RunPhase>().Length];
    private long change, order;

    /// <summary>Number of runs.</summary>
    public int Count => entries.Count;

    /// <summary>Whether something has changed since <see cref="TakeChanges"/>.</summary>
    public bool HasChanges => changed.Count > 0;

    /// <summary>
    /// Fills the ledger with what was stored. Leases begin anew, because runners could not prolong them meanwhile.
    /// </summary>
    public void Load(IEnumerable<RunEntry> stored)
    {
        var now = clock.GetUtcNow();
        foreach (var entry in stored)
        {
            change = Math.Max(change, entry.Change);
            order = Math.Max(order, entry.Order);
            Index(entry.Phase == RunPhase.Leased ? entry with { LeaseEnds = now + options.Lease } : entry);
        }
    }

    /// <summary>Returns the entries that have changed since the last call.</summary>
    public RunEntry[] TakeChanges()
    {
        RunEntry[] all = [.. changed.Select(run => entries[run])];
        changed.Clear();
        return all;
    }

    /// <summary>
    /// Adds runs. Of those that are known already, the ones with other settings begin anew, and others only take new
    /// needs.
    /// </summary>
    /// <returns>Number of runs that begin anew.</returns>
    /// <exception cref="LedgerException">The ledger is full, or an id stands for another run.</exception>
    public int Submit(IReadOnlyList<RunTicket> tickets)
    {
        var fresh = tickets.Where(t => !entries.ContainsKey(t.Run)).ToList();
        if (entries.Count + fresh.Count > options.MostRuns)
            throw new LedgerException(string.Create(
                CultureInfo.InvariantCulture,
                $"the cluster holds {entries.Count} runs and takes {options.MostRuns} at most: start another one."));
        foreach (var ticket in tickets)
        {
            if (!entries.TryGetValue(ticket.Run, out var known)) continue;
            if (known.Ticket.Sweep != ticket.Sweep || known.Ticket.Name != ticket.Name)
                throw new LedgerException($"run {ticket.Run} is {known.Ticket.Name} already, not {ticket.Name}.");
        }
        foreach (var ticket in fresh)
        {
            Set(new RunEntry
            {
                Ticket = ticket,
                Order = ++order,
                Files = ticket.Files,
                VectorBits = ticket.Files.Length > 0 ? ticket.Code.VectorBits : 0,
            });
        }
        return tickets.Except(fresh).Count(Renew);
    }

    // whoever has the run now loses it, because the entry is no longer leased
    private bool Renew(RunTicket ticket)
    {
        var entry = entries[ticket.Run];
        var known = entry.Ticket;
        if (!known.TrainsAs(ticket))
        {
            Set(entry with
            {
                Ticket = ticket,
                Phase = RunPhase.Queued,
                Failures = 0,
                Cancelling = false,
                LastWords = "",
                Files = ticket.Files,
                VectorBits = ticket.Files.Length > 0 ? ticket.Code.VectorBits : 0,
                Log = null,
            });
            return true;
        }
        bool same = (known.Cores, known.Memory) == (ticket.Cores, ticket.Memory)
            && known.Labels.SequenceEqual(ticket.Labels, StringComparer.Ordinal);
        if (!same && !entry.IsOver)
        {
            Set(entry with
            {
                Ticket = known with { Cores = ticket.Cores, Memory = ticket.Memory, Labels = ticket.Labels },
            });
        }
        return false;
    }

    /// <summary>Gives a runner the first run in the queue that fits it.</summary>
    public LeaseAnswer Lease(RunnerReport runner)
    {
        var now = clock.GetUtcNow();
        See(runner.Name, runner.Instance, now);
        runners[runner.Name] = runners[runner.Name] with { Report = runner };
        bool drain = drained.Contains(runner.Name);
        var answer = new LeaseAnswer(null, options.Lease.TotalSeconds, drain);
        // the answer to this question may have been lost
        if (FindGranted(runner) is { } granted) return answer with { Run = granted };
        if (drain) return answer;
        foreach (var (_, run) in queue)
        {
            var entry = entries[run];
            if (!HasRoom(entry, runner) || WhyNever(entry, runner) is not null) continue;
            entry = Set(entry with
            {
                Phase = RunPhase.Leased,
                Fence = entry.Fence + 1,
                Runner = runner.Name,
                Request = $"{runner.Instance}/{runner.Request}",
                LeaseEnds = now + options.Lease,
            });
            ClusterTelemetry.Grants.Add(1);
            return answer with { Run = entry };
        }
        return answer;
    }

    /// <summary>Prolongs leases.</summary>
    public HeartbeatAnswer Beat(Heartbeat heartbeat)
    {
        var now = clock.GetUtcNow();
        See(heartbeat.Name, heartbeat.Instance, now);
        List<string> stale = [], cancelled = [];
        foreach (var held in heartbeat.Held)
        {
            if (!entries.TryGetValue(held.Run, out var entry) || !Holds(entry, held)) stale.Add(held.Run);
            else
            {
                // no change worth storing: whoever loads the ledger prolongs all leases
                entries[held.Run] = entry with { LeaseEnds = now + options.Lease };
                if (entry.Cancelling) cancelled.Add(held.Run);
            }
        }
        foreach (var told in heartbeat.Steps ?? []) work.Hear(told);
        return new([.. stale], [.. cancelled], drained.Contains(heartbeat.Name));
    }

    /// <summary>Takes news about a run.</summary>
    /// <exception cref="StaleLeaseException">The runner no longer has the run.</exception>
    /// <exception cref="LedgerException">There is no such run.</exception>
    public RunEntry Report(RunProgress news)
    {
        var entry = Find(news.Lease.Run);
        // said before: an end is told again until it is answered
        if (news.Kind != ProgressKind.Checkpoint && entry.Told == news.Lease.Fence) return entry;
        if (!Holds(entry, news.Lease)) throw new StaleLeaseException(news.Lease, entry);
        int failures = entry.Failures + (news.Kind == ProgressKind.Failed ? 1 : 0);
        bool given = news.Kind == ProgressKind.Failed && failures > options.Retries;
        // what a failed attempt has left is no beginning for the next one, except for checkpoints before it
        bool takes = news.Files is not null && (news.Kind != ProgressKind.Failed || given);
        return Set(entry with
        {
            Phase = news.Kind switch
            {
                ProgressKind.Checkpoint => RunPhase.Leased,
                ProgressKind.Finished => RunPhase.Finished,
                _ when entry.Cancelling || news.Kind == ProgressKind.Cancelled => RunPhase.Cancelled,
                ProgressKind.Failed when given => RunPhase.Failed,
                _ => RunPhase.Queued,
            },
            Told = news.Kind == ProgressKind.Checkpoint ? entry.Told : news.Lease.Fence,
            Failures = failures,
            Files = takes ? news.Files! : entry.Files,
            VectorBits = takes ? news.VectorBits : entry.VectorBits,
            Log = news.Log ?? entry.Log,
            ExitCode = news.ExitCode,
            LastWords = news.LastWords,
            LeaseEnds = clock.GetUtcNow() + options.Lease,
        });
    }

    /// <summary>Puts runs whose lease has ended back into the queue.</summary>
    /// <returns>Their number.</returns>
    public int Expire()
    {
        var now = clock.GetUtcNow();
        var over = leased.Where(run => entries[run].LeaseEnds <= now).ToList();
        foreach (string run in over)
        {
            var entry = entries[run];
            Set(entry with { Phase = entry.Cancelling ? RunPhase.Cancelled : RunPhase.Queued });
        }
        foreach (var (name, sighting) in runners.ToList())
        {
            if (now - sighting.Seen <= options.Memory) continue;
            runners.Remove(name);
            drained.Remove(name);
        }
        return over.Count;
    }

    /// <summary>Cancels a run, or all runs of a sweep.</summary>
    /// <returns>Number of runs that this concerns.</returns>
    /// <exception cref="LedgerException">There is no such run or sweep.</exception>
    public int Cancel(string what)
    {
        var open = Select(what).Where(e => !e.IsOver).ToList();
        foreach (var entry in open)
        {
            Set(entry.Phase == RunPhase.Queued
                ? entry with { Phase = RunPhase.Cancelled }
                : entry with { Cancelling = true });
        }
        return open.Count;
    }

    /// <summary>Puts failed and cancelled runs back into the queue.</summary>
    /// <returns>Number of runs that this concerns.</returns>
    /// <exception cref="LedgerException">There is no such run or sweep.</exception>
    public int Retry(string what)
    {
        var ended = Select(what).Where(e => e.Phase is RunPhase.Failed or RunPhase.Cancelled).ToList();
        foreach (var entry in ended)
        {
            // with a result, valid or not, a run would count as finished
            bool result = entry.Files.Any(f => f.Name == "result.json");
            Set(entry with
            {
                Phase = RunPhase.Queued,
                Failures = 0,
                Cancelling = false,
                LastWords = "",
                Files = result ? [] : entry.Files,
                VectorBits = result ? 0 : entry.VectorBits,
            });
        }
        return ended.Count;
    }

    /// <summary>Takes note of files that are gone: runs begin from what they were submitted with.</summary>
    /// <param name="gone">Hashes of the files.</param>
    /// <returns>Number of runs that this concerns.</returns>
    public int Lose(IReadOnlySet<string> gone)
    {
        bool Gone(FileEntry? file) => file is not null && gone.Contains(file.Hash);
        var hit = entries.Values.Where(e => Gone(e.Log) || e.Files.Any(Gone)).ToList();
        foreach (var entry in hit)
        {
            var kept = Gone(entry.Log) ? entry with { Log = null } : entry;
            Set(!entry.Files.Any(Gone) ? kept : kept with
            {
                Phase = entry.Phase == RunPhase.Finished ? RunPhase.Queued : entry.Phase,
                Files = entry.Ticket.Files,
                VectorBits = entry.Ticket.Files.Length > 0 ? entry.Ticket.Code.VectorBits : 0,
            });
        }
        return hit.Count;
    }

    /// <summary>Asks a runner to give back its runs and end.</summary>
    /// <exception cref="LedgerException">There is no such runner.</exception>
    public void Drain(string runner)
    {
        if (!runners.ContainsKey(runner))
            throw new LedgerException(
                $"there is no runner {OneLine.Value(runner)}." + Suggestion.For(runner, runners.Keys));
        drained.Add(runner);
    }

    /// <summary>Forgets a runner that has ended.</summary>
    public void Leave(string runner, string instance)
    {
        if (runners.GetValueOrDefault(runner)?.Instance != instance) return;
        runners.Remove(runner);
        drained.Remove(runner);
    }

    /// <summary>Lists the runs of a sweep that have changed.</summary>
    /// <param name="sweep">Id of the sweep.</param>
    /// <param name="after">Number of the change after which.</param>
    /// <param name="most">Most runs of the answer.</param>
    public SweepNews News(string sweep, long after, int most)
    {
        if (!sweeps.TryGetValue(sweep, out var runs)) return new(after, []);
        RunEntry[] news =
            [.. runs.GetViewBetween((after + 1, ""), (long.MaxValue, "")).Take(most).Select(r => entries[r.Run])];
        return new(news.Length == 0 ? after : news[^1].Change, news);
    }

    /// <summary>Lists the runs that an id, a name or the id of a sweep stands for.</summary>
    /// <exception cref="LedgerException">There is none.</exception>
    public IReadOnlyList<RunEntry> Select(string what)
    {
        if (entries.TryGetValue(what, out var one)) return [one];
        if (sweeps.TryGetValue(what, out var runs)) return [.. runs.Select(r => entries[r.Run]).ToList()];
        var named = entries.Values
            .Where(e => e.Ticket.Name == what || $"{e.Ticket.Sweep}/{e.Ticket.Name}" == what).ToList();
        return named.Count switch
        {
            1 => named,
            0 => throw new LedgerException(
                $"there is no run and no sweep {OneLine.Value(what)}."
                + Suggestion.For(what, entries.Values.Select(e => e.Ticket.Name).Distinct())),
            _ => throw new LedgerException(
                $"{OneLine.Value(what)} is a run of several sweeps: say "
                + string.Join(" or ", named.OrderByDescending(e => e.Order).Take(5).Select(e =>
                    $"{e.Ticket.Sweep}/{e.Ticket.Name}")) + "."),
        };
    }

    /// <summary>Returns a run.</summary>
    /// <exception cref="LedgerException">There is no such run.</exception>
    public RunEntry Find(string run) => entries.TryGetValue(run, out var entry)
        ? entry : throw new LedgerException($"there is no run {OneLine.Value(run)}.");

    /// <summary>Describes everything.</summary>
    public ClusterState Describe()
    {
        var now = clock.GetUtcNow();
        var atWork = leased.Order(StringComparer.Ordinal).Select(run => entries[run]).ToList();
        var byRunner = atWork.ToLookup(e => e.Runner);
        var alive = runners.Values.Where(r => now - r.Seen <= options.Lease);
        var pace = work.Measure();
        var toGo = TimeToGo.Of(
            [.. atWork.Concat(queue.Select(q => entries[q.Run])).Select(e => pace.Expect(e, work.StepsOf(e)))],
            Total(alive.Select(r => r.Report?.Cores ?? 0)));
        return new(
            CodeStamp.OfThisProgram,
            [
                .. sweeps.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s =>
                    Describe(s.Key, s.Value, toGo.TryGetValue(s.Key, out double seconds) ? seconds : null)),
            ],
            [
                .. runners.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new RunnerState(
                    r.Key, r.Value.Report?.Cores ?? 0, Total(byRunner[r.Key].Select(e => e.Ticket.Cores)),
                    r.Value.Report?.Memory ?? 0, Total(byRunner[r.Key].Select(e => e.Ticket.Memory)),
                    r.Value.Report?.Labels ?? [], byRunner[r.Key].Count(), (now - r.Value.Seen).TotalSeconds,
                    drained.Contains(r.Key))),
            ],
            [.. atWork.Select(work.Describe)]);
    }

    /// <summary>Counts runs and runners.</summary>
    public LedgerTally Tally() => new([.. phases], runners.Count);

    /// <summary>Lists the hashes of all files that some run refers to.</summary>
    public HashSet<string> HashesInUse()
    {
        var hashes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries.Values)
        {
            foreach (var file in entry.Files.Concat(entry.Ticket.Files)) hashes.Add(file.Hash);
            foreach (var folder in entry.Ticket.Plugins) hashes.UnionWith(folder.Files.Select(f => f.Hash));
            if (entry.Log is { } log) hashes.Add(log.Hash);
        }
        return hashes;
    }

    private static bool Holds(RunEntry entry, HeldLease lease) =>
        entry.Phase == RunPhase.Leased && entry.Fence == lease.Fence;

    // why a runner cannot take a run, even if it has nothing else to do; null if it can
    private static string? WhyNever(RunEntry entry, RunnerReport runner)
    {
        var ticket = entry.Ticket;
        if (ticket.Code.Difference(runner.Code) is { } difference)
            return $"it wants {difference} as {runner.Name} has";
        if (entry.VectorBits != 0 && entry.VectorBits != runner.Code.VectorBits)
            return FormattableString.Invariant(
                $"it was begun with vectors of {entry.VectorBits} bits, and {runner.Name} has ")
                + FormattableString.Invariant($"{runner.Code.VectorBits}");
        if (ticket.Labels.Except(runner.Labels).FirstOrDefault() is { } label)
            return $"it wants the label {OneLine.Value(label)}, which {runner.Name} does not have";
        if (ticket.Cores > runner.Cores)
            return $"it wants {Amount.Of(ticket.Cores, "core")}, and {runner.Name} has {runner.Cores}";
        return ticket.Memory <= runner.Memory ? null
            : FormattableString.Invariant(
                $"it wants {ticket.Memory / 1024.0:0.##} GiB, and {runner.Name} has {runner.Memory / 1024.0:0.##}");
    }

    private static bool HasRoom(RunEntry entry, RunnerReport runner) =>
        entry.Ticket.Cores <= runner.FreeCores && entry.Ticket.Memory <= runner.FreeMemory;

    // what strangers say of themselves may be more than there can be
    private static int Total(IEnumerable<int> numbers) =>
        (int)Math.Min(int.MaxValue, numbers.Sum(n => Math.Max(0L, n)));

    // many runs need the same
    private static object Needs(RunEntry entry) => (
        entry.Ticket.Cores, entry.Ticket.Memory, string.Join('\n', entry.Ticket.Labels), entry.Ticket.Code,
        entry.VectorBits);

    // why what waits is not at work; null if it will be
    private string? WhyWaiting(List<RunEntry> waiting, bool working)
    {
        RunnerReport[] known = [.. runners.Values.Select(r => r.Report).OfType<RunnerReport>()];
        if (known.Length == 0) return null;
        foreach (var group in waiting.GroupBy(Needs))
        {
            string?[] reasons = [.. known.Select(r => WhyNever(group.First(), r))];
            if (!Array.TrueForAll(reasons, r => r is not null)) continue;
            string others = known.Length == 1 ? "" : ", and the other runners cannot take it either";
            string more = group.Count() == 1 ? "" : FormattableString.Invariant($" and {group.Count() - 1} more");
            return $"no runner can take {group.First().Ticket.Name}{more}: {reasons[0]}{others}";
        }
        bool full = !working && waiting.Count > 0 && !Array.Exists(known, r => HasRoom(waiting[0], r));
        return full ? "all runners are busy with other runs" : null;
    }

    private RunEntry? FindGranted(RunnerReport runner)
    {
        string request = $"{runner.Instance}/{runner.Request}";
        return leased.Select(run => entries[run]).FirstOrDefault(e => e.Request == request);
    }

    private SweepState Describe(string sweep, SortedSet<(long Change, string Run)> runs, double? secondsToGo)
    {
        var all = runs.Select(r => entries[r.Run]).ToList();
        var phases = all.CountBy(e => e.Phase).ToDictionary();
        int Number(RunPhase phase) => phases.GetValueOrDefault(phase);
        var waiting = all.Where(e => e.Phase == RunPhase.Queued).ToList();
        string? trouble = WhyWaiting(waiting, Number(RunPhase.Leased) > 0);
        int busy = Total(all.Where(e => e.Phase == RunPhase.Leased).Select(e => e.Ticket.Cores));
        return new(
            sweep, Number(RunPhase.Queued), Number(RunPhase.Leased), Number(RunPhase.Finished),
            Number(RunPhase.Failed), Number(RunPhase.Cancelled), busy, work.ShareOf(all), secondsToGo, trouble);
    }

    private void See(string name, string instance, DateTimeOffset now)
    {
        if (replaced.Contains(instance))
            throw new LedgerException(
                $"another runner with the name {OneLine.Value(name)} has joined since: give each a name of its own, "
                + "with --name.");
        var before = runners.GetValueOrDefault(name);
        if (before is not null && before.Instance != instance)
        {
            // a runner that was started again is not the one that was to end
            drained.Remove(name);
            replaced.Add(before.Instance);
        }
        runners[name] = new(instance, now, before?.Report);
    }

    private RunEntry Set(RunEntry entry)
    {
        entry = entry with { Change = ++change };
        Index(entry);
        changed.Add(entry.Ticket.Run);
        return entry;
    }

    private void Index(RunEntry entry)
    {
        string run = entry.Ticket.Run;
        if (!sweeps.TryGetValue(entry.Ticket.Sweep, out var runs)) sweeps[entry.Ticket.Sweep] = runs = [];
        if (entries.TryGetValue(run, out var before))
        {
            runs.Remove((before.Change, run));
            phases[(int)before.Phase]--;
        }
        phases[(int)entry.Phase]++;
        runs.Add((entry.Change, run));
        entries[run] = entry;
        if (entry.Phase == RunPhase.Queued) queue.Add((entry.Order, run));
        else queue.Remove((entry.Order, run));
        if (entry.Phase == RunPhase.Leased) leased.Add(run);
        else leased.Remove(run);
        work.Follow(before, entry);
    }

    private sealed record Sighting(string Instance, DateTimeOffset Seen, RunnerReport? Report);
}
