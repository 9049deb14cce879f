using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>Reads the parts of a checkpoint.</summary>
internal sealed class CheckpointReader(
    string prefix, IReadOnlyDictionary<string, SafetensorsEntry> entries, IReadOnlyDictionary<string, RowLog> logs,
    RowSegments? segments, HashSet<string>? read = null) : ICheckpointReader
{
    private readonly HashSet<string> read = read ?? new(StringComparer.Ordinal);

    /// <summary>Full names of what nobody has read yet in this section.</summary>
    public IEnumerable<string> Unread => entries.Keys.Concat(logs.Keys)
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !read.Contains(name));

    /// <inheritdoc/>
    public ICheckpointReader Section(string name) =>
        new CheckpointReader(prefix + name + ".", entries, logs, segments, read);

    /// <inheritdoc/>
    public void ReadInto(string name, torch.Tensor destination)
    {
        var entry = Find(name);
        long[] shape = [.. destination.shape];
        string type = ElementTypes.Of(destination.dtype);
        if (entry.Type != type || !entry.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new MbMixException(
                $"Checkpoint entry '{prefix + name}' is {Describe(entry.Type, entry.Shape)}, but "
                + $"{Describe(type, shape)} is expected: it was written with different options.");
        }
        if (destination.numel() == 0) return;
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var stored = torch.empty(shape, destination.dtype);
        entry.Data.Span.CopyTo(stored.bytes);
        destination.copy_(stored);
    }

    /// <inheritdoc/>
    public T[] Read<T>(string name) where T : unmanaged
    {
        var entry = Find(name);
        var (type, _, shape) = ElementTypes.Of<T>(0);
        if (entry.Type != type)
            throw new MbMixException($"Checkpoint entry '{prefix + name}' holds {entry.Type}, but {type} is expected.");
        // structures are stored as rows of bytes, plain values as a list
        if (entry.Shape.Length != shape.Length || !entry.Shape.AsSpan(1).SequenceEqual(shape.AsSpan(1)))
        {
            string stored = Describe(entry.Type, entry.Shape);
            throw new MbMixException(
                $"Checkpoint entry '{prefix + name}' is {stored}, but a list of values is expected.");
        }
        return MemoryMarshal.Cast<byte, T>(entry.Data.Span).ToArray();
    }

    /// <inheritdoc/>
    public long ReadRows(string name, int rowBytes, RowSink sink)
    {
        if (!logs.TryGetValue(prefix + name, out var log))
            throw new MbMixException($"The checkpoint has no row log '{prefix + name}'.");
        if (log.RowBytes != rowBytes)
            throw new MbMixException(
                $"Row log '{prefix + name}' has rows of {log.RowBytes} bytes, but {rowBytes} are expected.");
        read.Add(prefix + name);
        segments!.Read(log, sink);
        return log.Count;
    }

    private static string Describe(string type, long[] shape) => $"{type}[{OneLine.Value(string.Join(", ", shape))}]";

    private SafetensorsEntry Find(string name)
    {
        if (!entries.TryGetValue(prefix + name, out var entry))
            throw new MbMixException(
                $"The checkpoint has no entry '{prefix + name}': it was written with different options or by a "
                + "different version.");
        read.Add(prefix + name);
        return entry;
    }
}
