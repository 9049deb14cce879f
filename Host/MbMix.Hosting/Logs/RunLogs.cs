namespace MbMix.Hosting;

/// <summary>All logs of a run together.</summary>
internal sealed class RunLogs : IDisposable
{
    private const string EventsPrefix = "events.out.tfevents.";

    private readonly List<LogFile> files = [];
    private readonly IRunLog[] logs;

    /// <summary>Opens the logs in a folder.</summary>
    /// <param name="folder">Folder of the run.</param>
    /// <param name="lengths">Bytes to keep of each, by file name; a log that is not named begins anew.</param>
    public RunLogs(string folder, IReadOnlyDictionary<string, long> lengths)
    {
        string events = lengths.Keys.FirstOrDefault(k => k.StartsWith(EventsPrefix, StringComparison.Ordinal))
            ?? $"{EventsPrefix}{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.mbmix";
        // a second event file would be drawn over the first
        foreach (string stray in Directory.GetFiles(folder, EventsPrefix + "*"))
        {
            if (Path.GetFileName(stray) != events) File.Delete(stray);
        }
        LogFile Open(string name)
        {
            var file = new LogFile(Path.Combine(folder, name), lengths.GetValueOrDefault(name));
            files.Add(file);
            return file;
        }
        try
        {
            logs = [new MetricsCsv(Open("metrics.csv")), new MetricsJsonLines(Open("metrics.jsonl")), new EvaluationsCsv(Open("evaluations.csv")), new TensorBoardEvents(Open(events))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

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
}
