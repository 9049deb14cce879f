using System.Globalization;
using System.Text.Json;

namespace MbMix.Hosting;

/// <summary>
/// The checkpoints of one run. The last two are kept: whatever happens while one is written, the one before it is whole.
/// </summary>
internal sealed class CheckpointStore
{
    private const string Format = "mbmix-checkpoint-1";
    private const string Extension = ".safetensors";
    private const int Kept = 2;

    private readonly string folder;
    private readonly RowSegments segments;
    private readonly List<(string Path, IReadOnlyDictionary<string, RowLog> Rows)> valid = [];

    /// <summary>Makes the store; the folder is made with the first checkpoint.</summary>
    public CheckpointStore(string folder)
    {
        this.folder = folder;
        segments = new RowSegments(Path.Combine(folder, "rows"));
    }

    /// <summary>Writes a checkpoint. When this throws, the earlier ones are untouched.</summary>
    public void Save(CheckpointState state, Action<ICheckpointWriter> write)
    {
        Directory.CreateDirectory(folder);
        var last = valid.Count > 0 ? valid[^1].Rows : new Dictionary<string, RowLog>();
        var entries = new Dictionary<string, CheckpointEntry>();
        var rows = new Dictionary<string, RowLog>();
        write(new CheckpointWriter("", entries, (name, oldest, count, rowBytes, read) =>
        {
            if (!rows.TryAdd(name, segments.Append(name, last.GetValueOrDefault(name), oldest, count, rowBytes, read)))
            {
                throw new MbMixException($"A checkpoint was given the row log '{name}' twice.");
            }
        }));
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"checkpoint-{state.Iteration:D9}{Extension}"));
        CheckpointFile.Write(path, new Dictionary<string, string>
        {
            ["format"] = Format,
            ["run"] = JsonSerializer.Serialize(state),
            ["rows"] = JsonSerializer.Serialize(rows),
        }, entries);
        valid.RemoveAll(v => v.Path == path);
        valid.Add((path, rows));
        Prune();
    }

    /// <summary>The newest checkpoint that is whole, or null where there is none at all.</summary>
    /// <param name="report">Told in one line about every damaged one that was passed over.</param>
    /// <exception cref="MbMixException">There are checkpoints, but every one is damaged.</exception>
    public Checkpoint? LoadNewest(Action<string> report)
    {
        if (!Directory.Exists(folder)) return null;
        string[] paths = [.. Directory.GetFiles(folder, "checkpoint-*" + Extension).OrderDescending(StringComparer.Ordinal)];
        foreach (string path in paths)
        {
            try
            {
                var checkpoint = Load(path);
                valid.Clear();
                valid.Add((path, checkpoint.Rows));
                return checkpoint;
            }
            catch (Exception e) when (e is MbMixException or IOException or UnauthorizedAccessException)
            {
                report($"checkpoint passed over: {OneLine.Of(e)}");
            }
        }
        return paths.Length == 0 ? null : throw new MbMixException($"Every checkpoint in {folder} is damaged; begin again with `mbmix train --from {Path.GetDirectoryName(folder)}`.");
    }

    private Checkpoint Load(string path)
    {
        var file = CheckpointFile.Read(path);
        string name = Path.GetFileName(path);
        if (file.Metadata.GetValueOrDefault("format") is not Format) throw new MbMixException($"{name} is of format '{file.Metadata.GetValueOrDefault("format")}', this host reads '{Format}'.");
        var state = JsonSerializer.Deserialize<CheckpointState>(file.Metadata["run"])!;
        var rows = JsonSerializer.Deserialize<Dictionary<string, RowLog>>(file.Metadata["rows"])!;
        foreach (var log in rows.Values) segments.Verify(log);
        return new Checkpoint(path, state, new CheckpointReader("", file.Entries, rows, segments), rows);
    }

    // only after the new checkpoint is durable may anything an older one needs go away
    private void Prune()
    {
        if (valid.Count > Kept) valid.RemoveRange(0, valid.Count - Kept);
        foreach (string path in Directory.GetFiles(folder, "checkpoint-*"))
        {
            if (!valid.Exists(v => v.Path == path)) File.Delete(path);
        }
        segments.Prune(valid.SelectMany(v => v.Rows.Values));
    }
}
