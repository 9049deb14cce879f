using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>A checkpoint in memory. Logs keep every row ever asked for, as append-only segments do.</summary>
internal sealed class LearningCheckpoint : ICheckpointWriter, ICheckpointReader
{
    private readonly Dictionary<string, byte[]> entries;
    private readonly Dictionary<string, (SortedDictionary<long, byte[]> Rows, long Count)> logs;
    private readonly string prefix;

    public LearningCheckpoint()
        : this([], [], "")
    {
    }

    private LearningCheckpoint(Dictionary<string, byte[]> entries, Dictionary<string, (SortedDictionary<long, byte[]>, long)> logs, string prefix) =>
        (this.entries, this.logs, this.prefix) = (entries, logs, prefix);

    public IReadOnlyDictionary<string, byte[]> Entries => entries;

    ICheckpointWriter ICheckpointWriter.Section(string name) => new LearningCheckpoint(entries, logs, prefix + name + "/");

    ICheckpointReader ICheckpointReader.Section(string name) => new LearningCheckpoint(entries, logs, prefix + name + "/");

    public void Write(string name, torch.Tensor value) => Put(name, value.bytes.ToArray());

    public void Write<T>(string name, ReadOnlySpan<T> values) where T : unmanaged => Put(name, MemoryMarshal.AsBytes(values).ToArray());

    public void WriteRows(string name, long oldest, long count, int rowBytes, RowReader read)
    {
        var rows = logs.TryGetValue(prefix + name, out var log) ? log.Rows : [];
        for (long row = Math.Max(oldest, log.Count); row < count; row++)
        {
            rows[row] = new byte[rowBytes];
            read(row, rows[row]);
        }
        foreach (long row in rows.Keys.Where(r => r < oldest).ToArray()) rows.Remove(row);
        logs[prefix + name] = (rows, count);
    }

    public void ReadInto(string name, torch.Tensor destination)
    {
        var bytes = entries[prefix + name];
        Assert.Equal(destination.bytes.Length, bytes.Length);
        bytes.CopyTo(destination.bytes);
    }

    public T[] Read<T>(string name) where T : unmanaged => MemoryMarshal.Cast<byte, T>(entries[prefix + name]).ToArray();

    public long ReadRows(string name, int rowBytes, RowSink sink)
    {
        var (rows, count) = logs[prefix + name];
        foreach (var (row, bytes) in rows) sink(row, bytes);
        return count;
    }

    private void Put(string name, byte[] bytes) => Assert.True(entries.TryAdd(prefix + name, bytes), $"{prefix + name} is written twice");
}
