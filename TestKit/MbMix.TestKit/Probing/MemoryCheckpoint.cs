using System.Runtime.InteropServices;

namespace MbMix.TestKit;

/// <summary>
/// A checkpoint in memory. It checks what it is given as strictly as the host's, and knows what nobody has read. Logs
/// keep every row that was ever asked for, as append-only segments do.
/// </summary>
public sealed class MemoryCheckpoint : ICheckpointWriter, ICheckpointReader
{
    private readonly Content content;
    private readonly string prefix;

    /// <summary>Makes an empty checkpoint.</summary>
    public MemoryCheckpoint()
        : this(new Content(), "")
    {
    }

    private MemoryCheckpoint(Content content, string prefix) => (this.content, this.prefix) = (content, prefix);

    /// <summary>Full names of entries and logs that nobody has read since the last <see cref="Rewind"/>.</summary>
    public IReadOnlyList<string> Unread =>
        [.. content.Entries.Keys.Concat(content.Logs.Keys).Except(content.Read).Order(StringComparer.Ordinal)];

    /// <summary>Full names of the entries that differ from those of another checkpoint, or exist in one only.</summary>
    /// <param name="other">The other checkpoint.</param>
    public IReadOnlyList<string> Differing(MemoryCheckpoint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var names = content.Entries.Keys.Union(other.content.Entries.Keys);
        return
        [
            .. names.Where(name => !content.Entries.TryGetValue(name, out var mine)
                || !other.content.Entries.TryGetValue(name, out var theirs)
                || !mine.Bytes.AsSpan().SequenceEqual(theirs.Bytes)).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Full names of entries of numbers in floating point of which one is not finite.</summary>
    public IReadOnlyList<string> NotFinite =>
    [
        .. content.Entries.Where(e => e.Value.Type switch
        {
            "Float32" => MemoryMarshal.Cast<byte, float>(e.Value.Bytes).ToArray().Any(x => !float.IsFinite(x)),
            "Float64" => MemoryMarshal.Cast<byte, double>(e.Value.Bytes).ToArray().Any(x => !double.IsFinite(x)),
            _ => false,
        }).Select(e => e.Key).Order(StringComparer.Ordinal),
    ];

    /// <summary>Full names of entries of numbers in floating point that are not all the same.</summary>
    public IReadOnlyList<string> Varied =>
    [
        .. content.Entries.Where(e => e.Value.Type switch
        {
            "Float32" => MemoryMarshal.Cast<byte, float>(e.Value.Bytes).ToArray().Distinct().Count() > 1,
            "Float64" => MemoryMarshal.Cast<byte, double>(e.Value.Bytes).ToArray().Distinct().Count() > 1,
            _ => false,
        }).Select(e => e.Key).Order(StringComparer.Ordinal),
    ];

    /// <summary>Forgets what was read.</summary>
    public void Rewind() => content.Read.Clear();

    ICheckpointWriter ICheckpointWriter.Section(string name) => new MemoryCheckpoint(content, prefix + name + ".");

    ICheckpointReader ICheckpointReader.Section(string name) => new MemoryCheckpoint(content, prefix + name + ".");

    /// <inheritdoc/>
    public void Write(string name, Tensor value)
    {
        using var scope = torch.NewDisposeScope();
        var plain = value.detach().cpu().contiguous();
        byte[] bytes = plain.numel() == 0 ? [] : plain.bytes.ToArray();
        Put(name, new Entry(plain.dtype.ToString(), Findings.Shape(plain.shape), bytes));
    }

    /// <inheritdoc/>
    public void Write<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged =>
        Put(name, new Entry(TypeOf<T>(), Findings.Shape([values.Length]), MemoryMarshal.AsBytes(values).ToArray()));

    /// <inheritdoc/>
    public void WriteRows(string name, long oldest, long count, int rowBytes, RowReader read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var rows = content.Logs.TryGetValue(prefix + name, out var log) ? log.Rows : [];
        for (long row = Math.Max(oldest, log.Count); row < count; row++)
        {
            rows[row] = new byte[rowBytes];
            read(row, rows[row]);
        }
        foreach (long row in rows.Keys.Where(r => r < oldest).ToArray()) rows.Remove(row);
        content.Logs[prefix + name] = (rows, count, rowBytes);
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var entry = Find(name);
        string shape = Findings.Shape(destination.shape), type = destination.dtype.ToString();
        if (entry.Type != type || entry.Shape != shape)
        {
            throw new MbMixException(
                $"Checkpoint entry '{prefix + name}' is {entry.Type}{entry.Shape}, but {type}{shape} is expected.");
        }
        if (destination.numel() == 0) return;
        using var quiet = torch.no_grad();
        using var stored = torch.empty(destination.shape, destination.dtype);
        entry.Bytes.CopyTo(stored.bytes);
        destination.copy_(stored);
    }

    /// <inheritdoc/>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        var entry = Find(name);
        if (entry.Type != TypeOf<T>())
            throw new MbMixException(
                $"Checkpoint entry '{prefix + name}' holds {entry.Type}, but {TypeOf<T>()} is expected.");
        return MemoryMarshal.Cast<byte, T>(entry.Bytes).ToArray();
    }

    /// <inheritdoc/>
    public long ReadRows(string name, int rowBytes, RowSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (!content.Logs.TryGetValue(prefix + name, out var log))
            throw new MbMixException($"The checkpoint has no row log '{prefix + name}'.");
        if (log.RowBytes != rowBytes)
            throw new MbMixException(
                $"Row log '{prefix + name}' has rows of {log.RowBytes} bytes, but {rowBytes} are expected.");
        content.Read.Add(prefix + name);
        foreach (var (row, bytes) in log.Rows) sink(row, bytes);
        return log.Count;
    }

    // plain values are stored like a tensor of the same type, and can be read as either
    private static string TypeOf<T>() => typeof(T) switch
    {
        var t when t == typeof(float) => "Float32",
        var t when t == typeof(double) => "Float64",
        var t when t == typeof(int) => "Int32",
        var t when t == typeof(long) => "Int64",
        var t when t == typeof(byte) => "Byte",
        var t when t == typeof(bool) => "Bool",
        var t => t.Name,
    };

    private void Put(string name, Entry entry)
    {
        if (!content.Entries.TryAdd(prefix + name, entry))
            throw new MbMixException(
                $"A checkpoint was given '{prefix + name}' twice; names must be unique within a section.");
    }

    private Entry Find(string name)
    {
        if (!content.Entries.TryGetValue(prefix + name, out var entry))
            throw new MbMixException($"The checkpoint has no entry '{prefix + name}'.");
        content.Read.Add(prefix + name);
        return entry;
    }

    private sealed record Entry(string Type, string Shape, byte[] Bytes);

    private sealed class Content
    {
        public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, (SortedDictionary<long, byte[]> Rows, long Count, int RowBytes)> Logs { get; } =
            new(StringComparer.Ordinal);

        public HashSet<string> Read { get; } = new(StringComparer.Ordinal);
    }
}
