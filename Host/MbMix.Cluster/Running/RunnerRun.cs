using System.Globalization;
using MbMix.Comparison;
using MbMix.Hosting;

namespace MbMix.Cluster;

/// <summary>
/// A run at work on a runner: it lays out the files, runs the process, sends each new checkpoint, and at the end what
/// came out.
/// </summary>
internal sealed class RunnerRun : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly ClusterClient client;
    private readonly RunnerFolder folder;
    private readonly ProcessRunLauncher launcher;
    private readonly BlobStore store;
    private readonly RunFiles files;
    private readonly string place;
    private readonly Action left;
    private readonly StepReader steps;
    private readonly CancellationTokenSource save = new(), kill = new();
    private int process;
    private volatile bool stale, cancelled, released, ending;

    /// <summary>Prepares the run.</summary>
    /// <param name="entry">The run.</param>
    /// <param name="client">The coordinator.</param>
    /// <param name="folder">Where to work.</param>
    /// <param name="launcher">Starts the process.</param>
    /// <param name="left">Called when the process has ended; what is left to do needs no core.</param>
    public RunnerRun(
        RunEntry entry, ClusterClient client, RunnerFolder folder, ProcessRunLauncher launcher, Action left)
    {
        (Entry, this.client, this.folder, this.left) = (entry, client, folder, left);
        this.launcher = launcher.Watched(Began);
        place = Path.Combine(folder.Runs, FormattableString.Invariant($"{entry.Ticket.Run}-{entry.Fence}"));
        store = new BlobStore(Path.Combine(place, "files"), lasting: false);
        files = new RunFiles(store);
        steps = new StepReader(Path.Combine(RunPath, "metrics.csv"));
    }

    /// <summary>The run as of the beginning of the lease.</summary>
    public RunEntry Entry { get; }

    /// <summary>The lease.</summary>
    public HeldLease Lease => new(Entry.Ticket.Run, Entry.Fence);

    /// <summary>How far the run is; null if it has not begun.</summary>
    public RunSteps? Steps => steps.Read() is var (done, mean) ? new(Lease, done, mean) : null;

    /// <summary>Whether the run belongs to somebody else now.</summary>
    public bool IsStale => stale;

    /// <summary>Whether the process has ended, and only its end is to be told.</summary>
    public bool IsEnding => ending;

    /// <summary>What the coordinator was told about the end; null for nothing.</summary>
    public ProgressKind? Told { get; private set; }

    private string RunPath => Path.Combine(place, "run");

    private string LogPath => Path.Combine(place, "output.log");

    /// <summary>Ends the process, because the run belongs to somebody else now.</summary>
    public void EndStale()
    {
        stale = true;
        kill.Cancel();
    }

    /// <summary>Ends the process, because nobody wants the run any more.</summary>
    public void Cancel()
    {
        cancelled = true;
        save.Cancel();
    }

    /// <summary>Asks the process to save, and gives the run back.</summary>
    public void Release()
    {
        released = true;
        save.Cancel();
    }

    /// <summary>Does the run.</summary>
    /// <param name="stop">Asks the process to save; the run is given back.</param>
    /// <returns>How it ended, for people.</returns>
    /// <exception cref="RefusedException">The lease is over.</exception>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        using var leave = stop.Register(Release);
        if (released)
            return await TellAsync(new() { Lease = Lease, Kind = ProgressKind.Released }).ConfigureAwait(false);
        var arguments = await LayOutAsync().ConfigureAwait(false);
        using var over = new CancellationTokenSource();
        var watch = WatchAsync(over.Token);
        var exit = await launcher.RunAsync(arguments, LogPath, save.Token, kill.Token).ConfigureAwait(false);
        ending = true;
        left();
        if (process != 0) folder.Ended(process);
        await over.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(false);
        return stale ? "goes on elsewhere" : await ConcludeAsync(exit).ConfigureAwait(false);
    }

    /// <summary>
    /// Tells the coordinator that the run could not be done here. A full disk is no failure of the run.
    /// </summary>
    public async Task GiveUpAsync(string reason)
    {
        var kind = folder.Shortage() is null ? ProgressKind.Failed : ProgressKind.Released;
        try
        {
            await TellAsync(new() { Lease = Lease, Kind = kind, ExitCode = 1, LastWords = reason })
                .ConfigureAwait(false);
        }
        catch (MbMixException)
        {
            // the lease is over, or will be
        }
    }

    /// <summary>Deletes what the run has left here.</summary>
    public void Clear()
    {
        try
        {
            if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next start clears it
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        save.Dispose();
        kill.Dispose();
    }

    private void Began(System.Diagnostics.Process started)
    {
        process = started.Id;
        folder.Began(started);
    }

    private async Task<IReadOnlyList<string>> LayOutAsync()
    {
        var plugins = new List<string>();
        foreach (var plugin in Entry.Ticket.Plugins)
            plugins.AddRange(["--plugins", await FetchPluginAsync(plugin).ConfigureAwait(false)]);
        if (Entry.Log is { } log)
        {
            await client.FetchAsync(store, log, kill.Token).ConfigureAwait(false);
            files.LayOut(place, [log with { Name = "output.log" }]);
        }
        foreach (var file in Entry.Files) await client.FetchAsync(store, file, kill.Token).ConfigureAwait(false);
        if (!Entry.Files.Any(f => f.Name.StartsWith("checkpoints/checkpoint-", StringComparison.Ordinal)))
            return [.. Entry.Ticket.Arguments, "--out", RunPath, .. plugins];
        files.LayOut(RunPath, Entry.Files);
        string[] threads = Entry.Ticket.Cores == 1
            ? [] : ["--threads", Entry.Ticket.Cores.ToString(CultureInfo.InvariantCulture)];
        return ["train", "--resume", RunPath, .. threads, .. plugins];
    }

    // several runs may need the same folder at the same time
    private async Task<string> FetchPluginAsync(PluginFolder plugin)
    {
        string path = Path.Combine(folder.Plugins, plugin.Hash);
        if (await IsAsync(path, plugin).ConfigureAwait(false)) return path;
        foreach (var file in plugin.Files)
            await client.FetchAsync(folder.Files, file, kill.Token).ConfigureAwait(false);
        string part = Path.Combine(folder.Plugins, Guid.NewGuid().ToString("n") + ".part");
        new RunFiles(folder.Files).LayOut(part, plugin.Files);
        try
        {
            Directory.Move(part, path);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            Directory.Delete(part, recursive: true);
        }
        return path;
    }

    // a folder that somebody has changed since it came would give other numbers without a word
    private async Task<bool> IsAsync(string path, PluginFolder plugin)
    {
        if (!Directory.Exists(path)) return false;
        var here = new List<string>();
        foreach (string file in Directory.GetFiles(path, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/');
            here.Add($"{await ContentHash.OfFileAsync(file, kill.Token).ConfigureAwait(false)}  {name}");
        }
        if (here.ToHashSet(StringComparer.Ordinal).SetEquals(plugin.Files.Select(f => $"{f.Hash}  {f.Name}")))
            return true;
        // a process that has loaded it keeps what it has loaded
        string aside = Path.Combine(folder.Plugins, Guid.NewGuid().ToString("n") + ".part");
        Directory.Move(path, aside);
        Directory.Delete(aside, recursive: true);
        return false;
    }

    private async Task WatchAsync(CancellationToken over)
    {
        string[] sent = RunFiles.Checkpoints(RunPath);
        while (!over.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Look, over).ConfigureAwait(false);
                string[] now = RunFiles.Checkpoints(RunPath);
                if (now.Length == 0 || now.SequenceEqual(sent)) continue;
                if (await files.TakeAsync(RunPath, over).ConfigureAwait(false) is not { } taken) continue;
                // the evaluation at the end is told with the end
                if (taken.Any(f => f.Name == "result.json")) continue;
                await SendAsync(new() { Lease = Lease, Kind = ProgressKind.Checkpoint, Files = taken }, over)
                    .ConfigureAwait(false);
                sent = now;
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
            catch (RefusedException e) when (e.IsStale)
            {
                EndStale();
                return;
            }
            catch (Exception e) when (e is MbMixException or IOException or UnauthorizedAccessException)
            {
                // the next checkpoint is another chance
            }
        }
    }

    private async Task<string> ConcludeAsync(RunExit exit)
    {
        var result = ReadResult();
        // what was written to a full disk is worth less than the last checkpoint that was sent
        if (result is null or { Failure: not null } && !cancelled && folder.Shortage() is { } shortage)
            throw new IOException(shortage);
        var taken = await files.TakeAsync(RunPath, CancellationToken.None).ConfigureAwait(false);
        bool left = cancelled || released;
        var kind = result switch
        {
            { Failure: null } => ProgressKind.Finished,
            null when cancelled => ProgressKind.Cancelled,
            null when left => ProgressKind.Released,
            _ => ProgressKind.Failed,
        };
        bool usable = result is not null || RunFiles.Checkpoints(RunPath).Length > 0;
        if (usable && taken is null) throw new MbMixException("its files change although its process has ended.");
        return await TellAsync(new()
        {
            Lease = Lease,
            Kind = kind,
            Files = usable ? taken : null,
            ExitCode = exit.Code,
            LastWords = result?.Failure ?? (kind == ProgressKind.Failed ? exit.LastWords : ""),
        }).ConfigureAwait(false);
    }

    private RunResult? ReadResult()
    {
        if (!File.Exists(Path.Combine(RunPath, "result.json"))) return null;
        return RunResult.Read(RunFolder.Open(RunPath));
    }

    private async Task<string> TellAsync(RunProgress news)
    {
        await SendAsync(news, CancellationToken.None).ConfigureAwait(false);
        Told = news.Kind;
        return news.Kind == ProgressKind.Failed
            ? FormattableString.Invariant($"failed, exit code {news.ExitCode}: {news.LastWords}")
            : news.Kind.ToString().ToLowerInvariant();
    }

    private async Task SendAsync(RunProgress news, CancellationToken stop)
    {
        try
        {
            if (File.Exists(LogPath))
            {
                var (hash, size) = await store.AddAsync(LogPath, stop).ConfigureAwait(false);
                news = news with { Log = new FileEntry("output.log", hash, size) };
            }
        }
        catch (IOException)
        {
            // the disk is full; what else is to be said does not depend on the log
        }
        news = news with { VectorBits = CodeStamp.OfThisProgram.VectorBits };
        var hashes = (news.Files ?? []).Select(f => f.Hash).Concat(news.Log is null ? [] : [news.Log.Hash]);
        await client.SendAsync(store, hashes, stop).ConfigureAwait(false);
        await client.PostAsync<bool>("progress", news, stop).ConfigureAwait(false);
    }
}
