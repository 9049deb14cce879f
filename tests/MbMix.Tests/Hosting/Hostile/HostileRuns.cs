using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MbMix.Tests.Hostile;

/// <summary>
/// Feeds hostile inputs to the host and judges what comes of each: success, or an error of one line. Remembers the
/// slowest and how much memory the process took.
/// </summary>
internal sealed partial class HostileRuns : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private const long MostMemory = 1L << 30;

    private readonly DirectoryInfo root =
        Directory.CreateDirectory(Path.Combine(Quick(), "mbmix-hostile-" + Guid.NewGuid().ToString("N")));
    private readonly long memoryBefore = WorkingSet();
    private readonly Timer sampler;
    private long memory;

    public HostileRuns()
    {
        Canary = new Canary(Path.Combine(root.FullName, "outside"));
        Inside = root.CreateSubdirectory("inside").FullName;
        sampler = new Timer(_ => memory = Math.Max(memory, WorkingSet()), null, 0, 20);
    }

    public Canary Canary { get; }

    /// <summary>The folder that inputs may use.</summary>
    public string Inside { get; }

    public int Inputs { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Paths that lead to the canary from some folder inside.</summary>
    public string[] WaysOut =>
    [
        Canary["file"], Canary["new"], "../outside/file", "../../outside/file", "../../../outside/file",
            "../../../../outside/file", "../../../../../outside/new",
        $"events.out.tfevents.1/../../../outside/file", "checkpoints/../../../outside/file", "~/x", "/dev/zero",
            "/proc/self/mem", "file:///etc/passwd",
    ];

    /// <summary>Runs one input.</summary>
    /// <param name="how">What the input is, for the message.</param>
    /// <param name="use">Uses the input; told where lines for a person go.</param>
    public void Feed(string how, Action<Action<string>> use)
    {
        Inputs++;
        var lines = new List<string>();
        Exception? error = null;
        long start = Stopwatch.GetTimestamp();
        var thread = new Thread(() =>
        {
            try
            {
                use(lines.Add);
            }
            catch (Exception e)
            {
                error = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(Longest), $"{how}: still at work after {Longest.TotalSeconds} s");
        var took = Stopwatch.GetElapsedTime(start);
        if (took > Slowest.Took) Slowest = (took, how);
        if (error is not null)
        {
            Refused++;
            Assert.True(error is MbMixException or IOException or UnauthorizedAccessException, $"{how}: {error}");
            lines.Add(error.Message);
        }
        foreach (string line in lines)
        {
            string shown = OneLine.Limit(line);
            Assert.True(shown.Length <= 300 && !shown.Contains('\n')
                && line.Length < 1000, $"{how}: {line.Length} characters: {line}");
            Assert.False(ForeignName().IsMatch(line), $"{how}: {line}");
        }
        Canary.AssertUntouched(how);
    }

    public (TimeSpan Took, string How) Slowest { get; private set; }

    /// <summary>What was measured, and that it stays within its limits.</summary>
    public string Report()
    {
        long grown = Math.Max(memory, WorkingSet()) - memoryBefore;
        string text =
            $"{Inputs} inputs, {Refused} refused; slowest {Slowest.Took.TotalMilliseconds:F0} ms ({Slowest.How}); "
            + $"memory +{grown >> 20} MiB to {memory >> 20} MiB";
        Assert.True(grown < MostMemory, text);
        return text;
    }

    public void Dispose()
    {
        sampler.Dispose();
        root.Delete(recursive: true);
    }

    // hundreds of inputs, each flushed to the disk, are too many for a slow one
    private static string Quick() => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    // a name of a framework's exception, or a frame of a stack
    [GeneratedRegex(@"\b\w+Exception\b|   at \w")]
    private static partial Regex ForeignName();
}
