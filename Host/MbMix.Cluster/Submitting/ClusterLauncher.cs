using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using MbMix.Comparison;

namespace MbMix.Cluster;

/// <summary>
/// Has the runs of a comparison done by a cluster. Each is submitted under an id that depends on the folder alone, so
/// that whoever was interrupted finds what was submitted before; a run that has ended is fetched as a whole.
/// </summary>
internal sealed class ClusterLauncher : ISweepLauncher
{
    private const int LargestGroup = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Indented = new(Wire.Json) { WriteIndented = true };

    private readonly ClusterClient client;
    private readonly ComparisonPlan plan;
    private readonly Action<string> say;
    private readonly Dictionary<string, RunNeeds> needs;
    private readonly Dictionary<string, long> budgets;
    private readonly Lazy<SweepBook> book;
    private readonly Channel<RunTicket> submissions = Channel.CreateUnbounded<RunTicket>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RunEntry>> waiting = new(StringComparer.Ordinal);
    private readonly Lazy<string> sweep;
    private readonly Lazy<Task<PluginFolder[]>> plugins;
    private readonly Lazy<bool> tidy;
    private readonly Lock gate = new();
    private Task? watch;
    private string? said;
    private bool attached;

    /// <summary>Makes the launcher.</summary>
    public ClusterLauncher(
        ClusterClient client, ComparisonPlan plan, Func<PlannedRun, long> budget, Action<string> say)
    {
        (this.client, this.plan, this.say) = (client, plan, say);
        needs = plan.Runs.ToDictionary(r => r.Folder, r => plan.Needs.Or(r.Arm.Needs));
        budgets = plan.Runs.ToDictionary(r => r.Folder, budget);
        sweep = new(FindSweep);
        book = new(() => new SweepBook(plan.Runs.ToDictionary(r => IdOf(NameOf(r.Folder)), r => r.Folder)));
        plugins = new(SendPluginsAsync);
        tidy = new(TidyUp);
        RequireTravelling(plan);
    }

    /// <inheritdoc/>
    public SweepProgress? Progress => watch is null ? null : book.Value.Progress;

    /// <inheritdoc/>
    public string CommandLine(IReadOnlyList<string> arguments) =>
        ProcessRunLauncher.ForThisProgram().CommandLine(arguments);

    /// <inheritdoc/>
    public async Task<RunExit> RunAsync(
        IReadOnlyList<string> arguments, string logFile, CancellationToken stop, CancellationToken abort)
    {
        _ = tidy.Value;
        bool resumes = arguments is ["train", "--resume", ..];
        string folder = ValueOf(arguments, resumes ? "--resume" : "--out");
        string name = NameOf(folder), run = IdOf(name);
        while (true)
        {
            var end = new TaskCompletionSource<RunEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[run] = end;
            try
            {
                var ticket = await TicketAsync(arguments, resumes, run, name, folder, stop).ConfigureAwait(false);
                submissions.Writer.TryWrite(ticket);
                lock (gate) watch ??= Task.Run(() => WatchAsync(stop), CancellationToken.None);
                var entry = await end.Task.WaitAsync(stop).ConfigureAwait(false);
                await FetchAsync(entry, folder, logFile, abort).ConfigureAwait(false);
                string words = entry.Phase == RunPhase.Cancelled ? "was cancelled" : entry.LastWords;
                return new RunExit(entry.Phase == RunPhase.Finished ? 0 : Math.Max(1, entry.ExitCode), words);
            }
            catch (LostFileException e)
            {
                say($"{name}: {e.Message}; what is lost is done again.");
            }
            catch (OperationCanceledException)
            {
                // the cluster goes on; the same command finds the run again
                return new RunExit(130, "");
            }
        }
    }

    private static string ValueOf(IReadOnlyList<string> arguments, string option)
    {
        int at = arguments.ToList().IndexOf(option);
        return arguments[at + 1];
    }

    // a file of this machine would have another content elsewhere, or none
    private static void RequireTravelling(ComparisonPlan plan)
    {
        var choice = plan.Choices.FirstOrDefault(c => c.Value.Settings.Count > 0);
        if (choice.Key is not null)
            throw new ConfigurationException(
                $"{OneLine.Value(choice.Key)} is a file of this machine, which does not travel to a cluster: compare "
                + "it here, or make a plugin of it.");
    }

    // what a command that was killed has left
    private bool TidyUp()
    {
        foreach (string left in Directory.GetDirectories(plan.Folder, Scratch.Prefix + "*"))
            Directory.Delete(left, recursive: true);
        return true;
    }

    private string NameOf(string folder) =>
        Path.GetRelativePath(Path.Combine(plan.Folder, "runs"), folder).Replace(Path.DirectorySeparatorChar, '/');

    private string IdOf(string name) => $"{sweep.Value}-{ContentHash.OfText(name)[..16]}";

    private string FindSweep()
    {
        string path = Path.Combine(plan.Folder, "cluster.json");
        if (File.Exists(path))
        {
            var json = DocumentReader.ReadFile(path, DocumentKind.Comparison);
            string known = json.Get("sweep", "the id of a sweep").Text();
            attached = true;
            if (ClosedFolder.IsPlainName(known) && known.Length <= 40) return known;
            throw new MbMixException($"{OneLine.Path(path)} names no sweep: delete it to submit all open runs anew.");
        }
        string name = ClosedFolder.PlainName(Path.GetFileName(Path.GetFullPath(plan.Folder)));
        string id = $"{name[..Math.Min(name.Length, 24)]}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        ReportFile.WriteText(path, JsonSerializer.Serialize(new { Sweep = id }, Indented) + "\n");
        return id;
    }

    private async Task<RunTicket> TicketAsync(
        IReadOnlyList<string> arguments, bool resumes, string run, string name, string folder, CancellationToken stop)
    {
        List<string> own = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            // what names a folder of this machine
            if (arguments[i] is "--out" or "--plugins") i++;
            else own.Add(arguments[i]);
        }
        var wanted = needs.GetValueOrDefault(folder) ?? plan.Needs;
        int cores = wanted.Cores ?? 1, threads = own.IndexOf("--threads");
        if (threads >= 0) own[threads + 1] = cores.ToString(CultureInfo.InvariantCulture);
        FileEntry[] begun = resumes ? await SendRunAsync(folder, stop).ConfigureAwait(false) : [];
        return new RunTicket
        {
            Run = run,
            Sweep = sweep.Value,
            Name = name,
            Arguments = resumes ? ["train"] : [.. own],
            Code = CodeStamp.OfThisProgram,
            Plugins = await plugins.Value.ConfigureAwait(false),
            Files = begun,
            Cores = cores,
            Memory = wanted.Mebibytes,
            Labels = [.. wanted.Labels ?? []],
            Budget = budgets.GetValueOrDefault(folder),
        };
    }

    private async Task<FileEntry[]> SendRunAsync(string folder, CancellationToken stop)
    {
        using var space = new Scratch(plan.Folder);
        var taken = await new RunFiles(space.Files).TakeAsync(folder, stop).ConfigureAwait(false)
            ?? throw new MbMixException($"{OneLine.Path(folder)} changes while it is read: end the process in it.");
        await client.SendAsync(space.Files, taken.Select(f => f.Hash), stop).ConfigureAwait(false);
        return taken;
    }

    private async Task<PluginFolder[]> SendPluginsAsync()
    {
        if (plan.PluginFolders.Count == 0) return [];
        using var space = new Scratch(plan.Folder);
        var all = new List<PluginFolder>();
        foreach (string folder in plan.PluginFolders)
        {
            var files = new List<FileEntry>();
            foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal))
            {
                string name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
                var (hash, size) = await space.Files.AddAsync(path, CancellationToken.None).ConfigureAwait(false);
                files.Add(new FileEntry(name, hash, size));
            }
            FileNames.Require(files);
            string list = string.Concat(files.Select(f => $"{f.Hash}  {f.Name}\n"));
            all.Add(new PluginFolder(ContentHash.OfText(list), [.. files]));
            var hashes = files.Select(f => f.Hash);
            await client.SendAsync(space.Files, hashes, CancellationToken.None).ConfigureAwait(false);
        }
        return [.. all];
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            // news of others are of before
            var asked = new HashSet<string>(StringComparer.Ordinal);
            long after = 0, begun = Stopwatch.GetTimestamp(), looked = begun;
            while (true)
            {
                if (Stopwatch.GetElapsedTime(looked) > Look)
                {
                    await LookAsync(Stopwatch.GetElapsedTime(begun) > Patience, stop).ConfigureAwait(false);
                    looked = Stopwatch.GetTimestamp();
                }
                var group = new List<RunTicket>();
                while (group.Count < LargestGroup && submissions.Reader.TryRead(out var ticket)) group.Add(ticket);
                if (group.Count > 0)
                {
                    int anew = await client.PostAsync<int>("submit", group, stop).ConfigureAwait(false);
                    if (anew > 0)
                        say($"{Amount.Of(anew, "run")} had been submitted with other settings: begun anew.");
                    asked.UnionWith(group.Select(t => t.Run));
                    // those that ended before were told before
                    after = 0;
                }
                var news = await client
                    .GetAsync<SweepNews>(FormattableString.Invariant($"sweeps/{sweep.Value}?after={after}"), stop)
                    .ConfigureAwait(false);
                after = news.Change;
                book.Value.Take(news.Runs);
                foreach (var entry in news.Runs.Where(e => e.IsOver && asked.Contains(e.Ticket.Run)))
                {
                    if (waiting.TryRemove(entry.Ticket.Run, out var end)) end.TrySetResult(entry);
                }
                if (news.Runs.Length == 0 && group.Count == 0) await Task.Delay(Pause, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // those that wait have been told, too
        }
        catch (Exception e) when (e is MbMixException or IOException)
        {
            foreach (var end in waiting.Values) end.TrySetException(e);
        }
    }

    // whoever waits for what can never come wants to know, but not before runners had time to come
    private async Task LookAsync(bool troubles, CancellationToken stop)
    {
        var state = await client.GetAsync<ClusterState>("status", stop).ConfigureAwait(false);
        book.Value.Take(state, sweep.Value, attached);
        if (!troubles) return;
        string? trouble = state.Runners.Length == 0
            ? "the cluster has no runners: start some with `mbmix cluster join`."
            : Array.Find(state.Sweeps, s => s.Sweep == sweep.Value)?.Trouble;
        if (trouble != said && trouble is not null) say(trouble);
        said = trouble;
    }

    private async Task FetchAsync(RunEntry entry, string folder, string logFile, CancellationToken stop)
    {
        using var space = new Scratch(plan.Folder);
        if (entry.Log is { } log)
        {
            await client.FetchAsync(space.Files, log, stop).ConfigureAwait(false);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(logFile))!);
            AtomicFile.Write(logFile, target =>
            {
                using var source = File.OpenRead(space.Files.PathOf(log.Hash));
                source.CopyTo(target);
            });
        }
        if (entry.Files.Length == 0) return;
        FileNames.RequireRun(entry.Files);
        foreach (var file in entry.Files) await client.FetchAsync(space.Files, file, stop).ConfigureAwait(false);
        // beside the run's place, so that a move is enough
        string part = folder + ".part";
        if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        new RunFiles(space.Files).LayOut(part, entry.Files);
        RunFolders.Delete(folder);
        Directory.Move(part, folder);
    }

    private sealed class Scratch : IDisposable
    {
        public const string Prefix = ".cluster-";

        private readonly string folder;

        // not among temporary files, for which there may be no room or no folder
        public Scratch(string comparison)
        {
            folder = Path.Combine(comparison, $"{Prefix}{Guid.NewGuid():n}");
            Files = new BlobStore(folder, lasting: false);
        }

        public BlobStore Files { get; }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
