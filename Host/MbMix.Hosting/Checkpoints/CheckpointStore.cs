using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MbMix.Hosting;

/// <summary>
/// Stores the checkpoints of one run. The last two are kept, so that whatever happens while one is being written, the
/// previous one is intact. Each checkpoint lists the files of earlier checkpoints, and only those files are ever
/// deleted.
/// </summary>
internal sealed partial class CheckpointStore
{
    /// <summary>Name of the file that a checkpoint is first written to.</summary>
    public const string Temporary = "checkpoint.tmp";

    private const string Format = "mbmix-checkpoint-1";
    private const string Extension = ".safetensors";
    private const int Kept = 2;

    private readonly ClosedFolder folder;
    private readonly RowSegments segments;
    private readonly List<(string Name, IReadOnlyDictionary<string, RowLog> Rows)> valid = [];

    // files of this run's checkpoints that may still exist
    private readonly SortedSet<string> files = new(StringComparer.Ordinal), rowFiles = new(StringComparer.Ordinal);

    /// <summary>Creates a store. Its folder is created with the first checkpoint.</summary>
    public CheckpointStore(string folder)
    {
        this.folder = new ClosedFolder(folder);
        segments = new RowSegments(this.folder);
    }

    /// <summary>Writes a checkpoint. If this throws, earlier checkpoints are unchanged.</summary>
    public void Save(CheckpointState state, Action<ICheckpointWriter> write)
    {
        folder.RequireReal();
        Directory.CreateDirectory(folder.FullPath);
        var last = valid.Count > 0 ? valid[^1].Rows : new Dictionary<string, RowLog>();
        var entries = new Dictionary<string, SafetensorsEntry>();
        var rows = new Dictionary<string, RowLog>();
        write(new CheckpointWriter("", entries, (name, oldest, count, rowBytes, read) =>
        {
            if (!rows.TryAdd(name, segments.Append(name, last.GetValueOrDefault(name), oldest, count, rowBytes, read)))
            {
                throw new MbMixException($"A checkpoint was given the row log '{name}' twice.");
            }
        }));
        string file = string.Create(CultureInfo.InvariantCulture, $"checkpoint-{state.Iteration:D9}{Extension}");
        SafetensorsFile.Write(Path.Combine(folder.FullPath, file), new Dictionary<string, string>
        {
            ["format"] = Format,
            ["run"] = JsonSerializer.Serialize(state),
            ["rows"] = JsonSerializer.Serialize(rows),
            ["earlier"] = JsonSerializer.Serialize(new { Checkpoints = files.Where(f => f != file), Rows = rowFiles }),
        }, entries, Path.Combine(folder.FullPath, Temporary));
        valid.RemoveAll(v => v.Name == file);
        Add(file, rows);
        Prune();
    }

    /// <summary>Loads the newest intact checkpoint; null if there are no checkpoints.</summary>
    /// <param name="report">Receives one line about every damaged checkpoint that was skipped.</param>
    /// <exception cref="MbMixException">There are checkpoints, but all of them are damaged.</exception>
    public Checkpoint? LoadNewest(Action<string> report)
    {
        var found = Find();
        foreach (var (name, iteration) in found)
        {
            try
            {
                var checkpoint = Load(name, iteration!.Value);
                valid.Clear();
                Add(name, checkpoint.Rows);
                return checkpoint;
            }
            catch (Exception e) when (e is MbMixException or IOException or UnauthorizedAccessException)
            {
                report($"checkpoint skipped: {OneLine.Of(e)}");
            }
        }
        if (found.Count == 0) return null;
        throw new MbMixException(
            $"Every checkpoint in {OneLine.Path(folder.FullPath)} is damaged; start over with {ApiTerms.Repeat}.");
    }

    /// <summary>Tells whether there are no checkpoints, not even damaged ones.</summary>
    public bool IsEmpty() => Find().Count == 0;

    // newest first
    private List<(string Name, long? Iteration)> Find()
    {
        folder.RequireReal();
        if (!Directory.Exists(folder.FullPath)) return [];
        return [.. new DirectoryInfo(folder.FullPath).EnumerateFileSystemInfos("checkpoint-*" + Extension)
            .Select(f => (f.Name, Iteration: IterationOf(f.Name)))
            .Where(f => f.Iteration is not null)
            .OrderByDescending(f => f.Iteration)];
    }

    private static long? IterationOf(string name)
    {
        var match = Form().Match(name);
        return match.Success ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : null;
    }

    private static CheckpointState ReadState(DocumentValue run, long iteration)
    {
        run.AllowOnly("Iteration", "EnvironmentSteps", "TrainSeconds", "Logs", "EvaluationDue", "NothingButFaults");
        var number = run.Get("Iteration", "a number of iterations");
        var seconds = run.Get("TrainSeconds", "a number of seconds");
        if (number.Integer(0) != iteration) throw number.Wrong($"{iteration}, as in the name of the file,");
        if (seconds.Number() < 0) throw seconds.Wrong("a number that is not negative");
        var logs = new Dictionary<string, long>();
        foreach (var (name, length) in run.Get("Logs", "the lengths of the logs").Members())
        {
            if (!RunLogs.IsLog(name)) throw run.Error($"'{OneLine.Value(name)}' is not the name of a log.");
            logs.Add(name, length.Integer(0));
        }
        long steps = run.Get("EnvironmentSteps", "a number of steps").Integer(0);
        bool Flag(string key) => run.Find(key)?.Flag() ?? false;
        return new CheckpointState(
            iteration, steps, seconds.Number(), logs, Flag("EvaluationDue"), Flag("NothingButFaults"));
    }

    private Checkpoint Load(string name, long iteration)
    {
        string path = folder.ToRead(name);
        var file = SafetensorsFile.Read(path);
        if (file.Metadata.GetValueOrDefault("format") is var format and not Format)
        {
            throw new MbMixException(
                $"{name} has format '{OneLine.Value(format ?? "")}', but this host reads '{Format}'.");
        }
        var state = ReadState(Part("run"), iteration);
        var rows = RowSegments.ReadIndex(Part("rows"));
        foreach (var log in rows.Values) segments.Verify(log);
        if (file.Metadata.ContainsKey("earlier")) ReadEarlier(Part("earlier"));
        return new Checkpoint(path, state, new CheckpointReader("", file.Entries, rows, segments), rows);

        DocumentValue Part(string key) => file.Metadata.TryGetValue(key, out string? json)
            ? DocumentReader.Parse(Encoding.UTF8.GetBytes(json), $"{name}, {key}", DocumentKind.Checkpoint)
            : throw new MbMixException($"{name} is damaged: it says nothing about '{key}'.");
    }

    private void ReadEarlier(DocumentValue earlier)
    {
        earlier.AllowOnly("Checkpoints", "Rows");
        var checkpoints = earlier.Get("Checkpoints", "a list").Texts();
        var rows = earlier.Get("Rows", "a list").Texts();
        if (checkpoints.Find(c => IterationOf(c) is null) is { } stranger)
            throw earlier.Error($"'{OneLine.Value(stranger)}' is not the name of a checkpoint.");
        if (rows.Find(r => !RowSegments.IsSegment(r)) is { } other)
            throw earlier.Error($"'{OneLine.Value(other)}' is not the name of a row file.");
        files.UnionWith(checkpoints);
        rowFiles.UnionWith(rows);
    }

    private void Add(string file, IReadOnlyDictionary<string, RowLog> rows)
    {
        valid.Add((file, rows));
        files.Add(file);
        rowFiles.UnionWith(rows.Values.SelectMany(l => l.Segments).Select(s => s.File));
    }

    // deletes what no kept checkpoint needs, which is safe only once the new checkpoint is durable
    private void Prune()
    {
        if (valid.Count > Kept) valid.RemoveRange(0, valid.Count - Kept);
        foreach (string file in files.Except(valid.Select(v => v.Name)).ToArray())
        {
            string path = Path.Combine(folder.FullPath, file);
            if (FileProbe.KindOf(path) == FileKind.Regular) File.Delete(path);
            files.Remove(file);
        }
        var used = valid.SelectMany(v => v.Rows.Values).SelectMany(l => l.Segments).Select(s => s.File);
        foreach (string file in rowFiles.Except(used).ToArray())
        {
            segments.Delete(file);
            rowFiles.Remove(file);
        }
    }

    [GeneratedRegex(@"^checkpoint-([0-9]{9,18})\.safetensors\z")]
    private static partial Regex Form();
}
