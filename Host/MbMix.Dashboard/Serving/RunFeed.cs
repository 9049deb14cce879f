using System.Threading.Channels;

namespace MbMix.Dashboard;

/// <summary>
/// Reads the runs in one place, however many viewers there are, and gives all of them the same messages. Nothing is
/// read while nobody looks.
/// </summary>
internal sealed class RunFeed : IDisposable
{
    private const int Waiting = 32;

    // lines of all runs together, and of one
    private const int AllLines = 40_000, MostLines = 1600, LeastLines = 100;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500), SearchPeriod = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly List<string> paths = [];
    private readonly List<RunReader> runs = [];
    private readonly List<Channel<byte[]>> viewers = [];
    private readonly Timer timer;
    private readonly bool replays;
    private readonly CancellationTokenSource stopping = new();
    private ClusterFeed? cluster;
    private DateTime searched;
    private byte[]? snapshot;
    private bool disposed;

    /// <summary>Creates a feed without runs.</summary>
    /// <param name="replays">Whether policies can be replayed.</param>
    public RunFeed(bool replays)
    {
        this.replays = replays;
        timer = new Timer(_ => Poll());
    }

    /// <summary>Returns the folder of a run; null if there is no such run.</summary>
    public string? FolderOf(int run)
    {
        lock (gate) return run >= 0 && run < runs.Count ? runs[run].Folder : null;
    }

    /// <summary>Adds the runs at a path.</summary>
    /// <param name="path">Full path of a run folder, or of a folder that holds some.</param>
    public void Add(string path)
    {
        lock (gate)
        {
            paths.Add(path);
            searched = default;
        }
    }

    /// <summary>Shows a cluster.</summary>
    public void Follow(ClusterReader read)
    {
        lock (gate) (cluster, snapshot) = (new ClusterFeed(read, stopping.Token), null);
    }

    /// <summary>Adds a viewer. The first message has everything so far; the others have what is new.</summary>
    public ChannelReader<byte[]> Join()
    {
        var viewer = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(Waiting) { SingleReader = true });
        lock (gate)
        {
            if (disposed) viewer.Writer.Complete();
            else
            {
                if (viewers.Count == 0)
                {
                    Read();
                    if (cluster is not null)
                    {
                        cluster.Refresh();
                        cluster.Poll();
                        snapshot = null;
                    }
                    timer.Change(Period, Timeout.InfiniteTimeSpan);
                }
                viewer.Writer.TryWrite(snapshot ??= FeedMessage.Of(
                    [.. runs.Select(r => new RunChange(r, Whole: true, r.Metrics.Kept, r.Evaluations.Kept))],
                    whole: true, replays, cluster));
                viewers.Add(viewer);
            }
        }
        return viewer.Reader;
    }

    /// <summary>Removes a viewer.</summary>
    public void Leave(ChannelReader<byte[]> viewer)
    {
        lock (gate) viewers.RemoveAll(v => v.Reader == viewer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            foreach (var viewer in viewers) viewer.Writer.TryComplete();
            viewers.Clear();
        }
        timer.Dispose();
        stopping.Cancel();
        stopping.Dispose();
    }

    private void Poll()
    {
        lock (gate)
        {
            if (disposed || viewers.Count == 0) return;
            try
            {
                var changes = Read();
                bool news = cluster is not null && cluster.Poll();
                if (news) snapshot = null;
                if (changes.Count > 0 || news) Send(changes, news ? cluster : null);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // whatever it is, it must not end a training; the viewers come back and may see what it was
                foreach (var viewer in viewers) viewer.Writer.TryComplete(e);
                viewers.Clear();
            }
            timer.Change(Period, Timeout.InfiniteTimeSpan);
        }
    }

    private void Send(List<RunChange> changes, ClusterFeed? news)
    {
        byte[] message = FeedMessage.Of(changes, whole: false, replays, news);
        // a viewer that does not keep up is let go, and comes back for everything
        foreach (var slow in viewers.Where(v => !v.Writer.TryWrite(message)).ToList())
        {
            slow.Writer.TryComplete();
            viewers.Remove(slow);
        }
    }

    private List<RunChange> Read()
    {
        if (DateTime.UtcNow - searched >= SearchPeriod)
        {
            foreach (var (folder, name) in RunFinder.Find(paths))
            {
                if (!runs.Exists(r => r.Folder == folder)) runs.Add(new RunReader(runs.Count, folder, name));
            }
            int most = Math.Clamp(AllLines / Math.Max(1, runs.Count), LeastLines, MostLines);
            foreach (var run in runs) run.Limit(most);
            searched = DateTime.UtcNow;
        }
        List<RunChange> changes = [.. runs.Select(r => r.Poll()).OfType<RunChange>()];
        if (changes.Count > 0) snapshot = null;
        return changes;
    }
}
