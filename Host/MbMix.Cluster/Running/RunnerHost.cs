using System.Collections.Concurrent;
using System.Globalization;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>
/// Takes runs from a coordinator as long as it has room for them, and says regularly that it is alive. If the
/// coordinator is away, the runs go on and their news wait.
/// </summary>
internal sealed class RunnerHost : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly ClusterJoinOptions options;
    private readonly ClusterClient client;
    private readonly RunnerFolder folder;
    private readonly Action<string> say;
    private readonly string name, instance = Guid.NewGuid().ToString("n");
    private readonly int cores, memory;
    private readonly string[] labels;
    private readonly CodeStamp code;
    private readonly ConcurrentDictionary<string, RunnerRun> held = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim room = new(0);
    private TimeSpan beat = TimeSpan.FromSeconds(2);
    private volatile bool drain;
    private bool full;

    /// <summary>Prepares a runner.</summary>
    /// <exception cref="MbMixException">The folder is taken, or token or certificate cannot be read.</exception>
    public RunnerHost(ClusterJoinOptions options, Action<string> say)
    {
        this.say = say;
        client = new ClusterClient(options.Address, TimeSpan.FromDays(365), say);
        cores = options.Cores ?? Environment.ProcessorCount;
        memory = options.Memory ?? (int)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20);
        labels = [.. options.Labels];
        code = options.Command.Count > 0 ? CodeStamp.OfCommand(options.Command) : CodeStamp.OfThisProgram;
        folder = new RunnerFolder(options.Folder);
        name = options.Name ?? $"{Environment.MachineName}-{Path.GetFileName(Path.GetFullPath(options.Folder))}";
        this.options = options;
    }

    /// <summary>Works until it is stopped or drained.</summary>
    /// <param name="stop">Asks the runs to save, and gives them back.</param>
    /// <exception cref="MbMixException">The coordinator refuses this runner, or is not there at the start.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        // whoever mistypes an address wants to know at once; later, patience is better
        using (var first = new ClusterClient(options.Address, TimeSpan.FromSeconds(10)))
        {
            var question = first.GetAsync<ClusterState>("status", stop);
            await ((Task)question).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) return;
            await question.ConfigureAwait(false);
        }
        say(FormattableString.Invariant(
            $"runner {OneLine.Value(name)}: {Amount.Of(cores, "core")}, {memory / 1024.0:0.#} GiB, coordinator ")
            + options.Address.Uri.Authority);
        using var ended = new CancellationTokenSource();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var alive = BeatAsync(ended.Token);
        long request = 0;
        var work = new List<Task>();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                work.RemoveAll(w => w.IsCompleted);
                if (drain && held.IsEmpty) break;
                var answer = await AskAsync(request, stop).ConfigureAwait(false);
                if (answer.Drain != drain) drain = answer.Drain;
                beat = TimeSpan.FromSeconds(Math.Clamp(answer.LeaseSeconds / 5, 0.2, 5));
                if (answer.Run is { } entry)
                {
                    request++;
                    work.Add(WorkAsync(entry, leave.Token));
                }
                else
                {
                    // room is used at once; other runs may come at any time
                    await room.WaitAsync(Pause, stop).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            say("ending: runs save and go on elsewhere");
        }
        finally
        {
            // also if the coordinator wants nothing more of this runner
            await leave.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(work).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await alive.ConfigureAwait(false);
            await SayGoodbyeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        folder.Dispose();
        room.Dispose();
    }

    // otherwise its cores would be counted for a while
    private async Task SayGoodbyeAsync()
    {
        try
        {
            using var last = new ClusterClient(options.Address, TimeSpan.Zero);
            using var late = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await last.PostAsync<bool>("leave", new Heartbeat(name, instance, []), late.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MbMixException or OperationCanceledException)
        {
            // the coordinator forgets it in time
        }
    }

    private ProcessRunLauncher Launcher() => options.Command.Count > 0
        ? new ProcessRunLauncher([.. options.Command]) : ProcessRunLauncher.ForThisProgram();

    private Task<LeaseAnswer> AskAsync(long request, CancellationToken stop)
    {
        // a run that still tells its end needs neither
        var tickets = held.Values.Where(r => !r.IsEnding).Select(r => r.Entry.Ticket).ToList();
        int busy = tickets.Sum(t => t.Cores), taken = tickets.Sum(t => t.Memory);
        string? shortage = folder.Shortage();
        if (shortage is not null && !full) say(shortage + ": no more runs until then");
        full = shortage is not null;
        var report = new RunnerReport(
            name, instance, code, cores, full ? 0 : cores - busy, memory, memory - taken, labels,
            request.ToString(CultureInfo.InvariantCulture));
        return client.PostAsync<LeaseAnswer>("lease", report, stop);
    }

    private async Task WorkAsync(RunEntry entry, CancellationToken stop)
    {
        string id = entry.Ticket.Run, run = entry.Ticket.Name;
        using var work = new RunnerRun(entry, client, folder, Launcher(), () => room.Release());
        using var attempt = new Attempt(entry, name);
        held[id] = work;
        // the loop goes on and asks for more
        await Task.Yield();
        try
        {
            say($"{run}: {(entry.Files.Length > 0 ? "goes on" : "starts")} (lease {entry.Fence})");
            var end = await work.RunAsync(stop).ConfigureAwait(false);
            say($"{run}: {end}");
        }
        catch (RefusedException e) when (e.IsStale)
        {
            say($"{run}: goes on elsewhere");
        }
        catch (OperationCanceledException) when (work.IsStale)
        {
            // it was still fetching its files
            say($"{run}: goes on elsewhere");
        }
        catch (Exception e) when (e is MbMixException or IOException or UnauthorizedAccessException)
        {
            say($"{run}: {OneLine.Of(e)}");
            await work.GiveUpAsync(OneLine.Of(e)).ConfigureAwait(false);
        }
        finally
        {
            attempt.End(work.Told);
            held.TryRemove(id, out _);
            room.Release();
            work.Clear();
        }
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(beat, stop).ConfigureAwait(false);
                if (held.IsEmpty) continue;
                HeldLease[] leases = [.. held.Values.Select(r => r.Lease)];
                RunSteps[] steps = [.. held.Values.Select(r => r.Steps).OfType<RunSteps>()];
                var answer = await client
                    .PostAsync<HeartbeatAnswer>("heartbeat", new Heartbeat(name, instance, leases, steps), stop)
                    .ConfigureAwait(false);
                foreach (string run in answer.Stale) Find(run, leases)?.EndStale();
                foreach (string run in answer.Cancelled) Find(run, leases)?.Cancel();
                if (!answer.Drain) continue;
                drain = true;
                foreach (var run in held.Values) run.Release();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                // a run ended just now; if others are to end, the next answer says so again
            }
            catch (MbMixException e)
            {
                say(OneLine.Of(e));
            }
        }
    }

    // a run may have ended and come back under a new lease since the question
    private RunnerRun? Find(string run, HeldLease[] leases) =>
        held.TryGetValue(run, out var work) && leases.Contains(work.Lease) ? work : null;
}
