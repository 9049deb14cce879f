using System.Text.RegularExpressions;

namespace MbMix.Hosting;

/// <summary>All logs of a run.</summary>
internal sealed partial class RunLogs : IDisposable
{
    private const string Metrics = "metrics.csv", MetricLines = "metrics.jsonl", Evaluations = "evaluations.csv";

    private readonly List<LogFile> files = [];
    private readonly IRunLog[] logs;

    /// <summary>Opens the logs in a folder. All of them are checked before any is touched.</summary>
    /// <param name="folder">Folder of the run.</param>
    /// <param name="lengths">
    /// Number of bytes to keep of each log, by file name; a log that is not named starts empty.
    /// </param>
    public RunLogs(string folder, IReadOnlyDictionary<string, long> lengths)
    {
        var closed = new ClosedFolder(folder);
        string[] names = [Metrics, MetricLines, Evaluations, EventsFile(folder, lengths)];
        foreach (string name in names) LogFile.Check(closed.ToWrite(name), lengths.GetValueOrDefault(name));
        LogFile Open(string name)
        {
            var file = new LogFile(closed.ToWrite(name), lengths.GetValueOrDefault(name));
            files.Add(file);
            return file;
        }
        try
        {
            logs =
            [
                new MetricsCsv(Open(names[0])), new MetricsJsonLines(Open(names[1])),
                new EvaluationsCsv(Open(names[2])), new TensorBoardEvents(Open(names[3])),
            ];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Returns whether a file name is that of a log.</summary>
    public static bool IsLog(string name) => name is Metrics or MetricLines or Evaluations || Events().IsMatch(name);

    /// <summary>Writes an iteration to all logs.</summary>
    public void Write(IterationRecord record)
    {
        foreach (var log in logs) log.Write(record);
        foreach (var file in files) file.Flush();
    }

    /// <summary>Writes an evaluation to all logs.</summary>
    public void Write(EvaluationRecord record)
    {
        foreach (var log in logs) log.Write(record);
        foreach (var file in files) file.Flush();
    }

    /// <summary>Makes everything durable.</summary>
    /// <returns>Length of every log by file name, for a checkpoint.</returns>
    public IReadOnlyDictionary<string, long> FlushToDisk() => files.ToDictionary(f => f.Name, f => f.FlushToDisk());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }

    // the file known to the checkpoint, or else one from an earlier start, because TensorBoard would draw them all
    private static string EventsFile(string folder, IReadOnlyDictionary<string, long> lengths) =>
        lengths.Keys.FirstOrDefault(k => Events().IsMatch(k))
        ?? Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f))
            .Where(n => Events().IsMatch(n)).Max(StringComparer.Ordinal)
        ?? FormattableString.Invariant($"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.mbmix");

    [GeneratedRegex(@"^events\.out\.tfevents\.[0-9]{1,19}\.mbmix\z")]
    private static partial Regex Events();
}
