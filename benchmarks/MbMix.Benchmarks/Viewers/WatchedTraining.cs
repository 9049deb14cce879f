using System.Diagnostics;
using System.Globalization;

namespace MbMix.Benchmarks.Viewers;

/// <summary>A training in a process of its own, with a live page that any number of viewers can look at.</summary>
internal sealed class WatchedTraining : IDisposable
{
    private const string Announced = "live page: ";

    private static readonly string[] PageThreads = [".NET TP", ".NET Timer", ".NET Socket"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mbmix-viewers");
    private readonly HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Process process;
    private Uri? address;
    private long bytes;

    private WatchedTraining(FileInfo program, string environment)
    {
        string[] arguments =
        [
            "train", environment, "--algo", "shac", "--threads", "1", "--budget", "1e12", "--set", "run.evaluations=0",
            "--dashboard", "--out", Run,
        ];
        process = Process.Start(new ProcessStartInfo(program.FullName, arguments) { RedirectStandardOutput = true })!;
    }

    private string Run => Path.Combine(folder.FullName, "run");

    private string Metrics => Path.Combine(Run, "metrics.csv");

    /// <summary>Starts a training and waits until it has made some iterations.</summary>
    public static async Task<WatchedTraining> Start(FileInfo program, string environment, CancellationToken stop)
    {
        var training = new WatchedTraining(program, environment);
        while (training.address is null)
        {
            string line = await training.process.StandardOutput.ReadLineAsync(stop)
                ?? throw new InvalidOperationException("The training ended before it began.");
            if (line.StartsWith(Announced, StringComparison.Ordinal)) training.address = new(line[Announced.Length..]);
        }
        _ = training.process.StandardOutput.ReadToEndAsync(stop);
        while (!File.Exists(training.Metrics) || training.Steps().Count < 10) await Task.Delay(200, stop);
        return training;
    }

    /// <summary>Measures a turn.</summary>
    public async Task<TurnCost> Measure(TimeSpan length, int viewers, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = Enumerable.Range(0, viewers).Select(_ => Watch(ended.Token)).ToArray();
        // what a viewer gets at first is no part of the rate
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var (from, to) = (Steps(), default((long Count, double Steps)));
        var processor = process.TotalProcessorTime;
        long page = PageNanoseconds();
        long start = Stopwatch.GetTimestamp(), got = Interlocked.Read(ref bytes);
        await Task.Delay(length, stop);
        process.Refresh();
        to = Steps();
        double steps = to.Steps - from.Steps, seconds = (process.TotalProcessorTime - processor).TotalSeconds;
        var cost = new TurnCost(
            steps / Stopwatch.GetElapsedTime(start).TotalSeconds, seconds / steps,
            (PageNanoseconds() - page) / 1e9 / seconds, Interlocked.Read(ref bytes) - got);
        await ended.CancelAsync();
        await Task.WhenAll(watching);
        return cost;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        client.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task Watch(CancellationToken ended)
    {
        var chunk = new byte[1 << 16];
        try
        {
            await using var events = await client.GetStreamAsync(new Uri(address!, "events"), ended);
            while (await events.ReadAsync(chunk, ended) is var read and > 0) Interlocked.Add(ref bytes, read);
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // the turn is over
        }
    }

    // of the threads by their names; a thread that has ended had little to do
    private long PageNanoseconds()
    {
        long sum = 0;
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{process.Id}/task"))
        {
            try
            {
                string name = File.ReadAllText(Path.Combine(thread, "comm"));
                if (!PageThreads.Any(t => name.StartsWith(t, StringComparison.Ordinal))) continue;
                string spent = File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[0];
                sum += long.Parse(spent, CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // it has ended in between
            }
        }
        return sum;
    }

    // iterations and environment steps, from the last complete line
    private (long Count, double Steps) Steps()
    {
        const int tail = 4096;
        using var stream = new FileStream(Metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Max(0, stream.Length - tail);
        using var reader = new StreamReader(stream);
        string[] lines = reader.ReadToEnd().Split('\n');
        if (lines.Length < 2) return default;
        string[] fields = lines[^2].Split(',');
        bool complete = double.TryParse(fields[0], CultureInfo.InvariantCulture, out double count)
            & double.TryParse(fields.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out double steps);
        return complete ? ((long)count, steps) : default;
    }
}
