using System.Globalization;

namespace MbMix.Hosting;

/// <summary>Appends rows to segment files and reads them back. A file only ever grows behind what a checkpoint has recorded.</summary>
internal sealed class RowSegments(string folder)
{
    private const long SegmentBytes = 8 << 20;
    private const int BufferBytes = 1 << 16;

    /// <summary>Appends the rows that <paramref name="last"/> does not hold yet and makes them durable.</summary>
    public RowLog Append(string name, RowLog? last, long oldest, long count, int rowBytes, RowReader read)
    {
        if (rowBytes < 1 || oldest < 0 || oldest > count) throw new MbMixException($"Row log '{name}' of a checkpoint: rows {oldest} to {count} of {rowBytes} bytes make no sense.");
        if (last is not null && (last.RowBytes != rowBytes || count < last.Count))
        {
            throw new MbMixException($"Row log '{name}' of a checkpoint: it held {last.Count} rows of {last.RowBytes} bytes and cannot go on with {count} rows of {rowBytes}.");
        }
        Directory.CreateDirectory(folder);
        var segments = last is null ? [] : last.Segments.Where(s => s.End > oldest).ToList();
        long next = Math.Max(oldest, last?.Count ?? 0), capacity = Math.Max(1, SegmentBytes / rowBytes);
        bool created = false;
        while (next < count)
        {
            bool grow = segments.Count > 0 && segments[^1].End == next && segments[^1].Rows < capacity;
            var segment = grow ? segments[^1] : new RowSegment(FileName(name, next), next, 0, 0);
            long rows = Math.Min(capacity - segment.Rows, count - next);
            var grown = Grow(segment, rows, rowBytes, read);
            if (grow) segments[^1] = grown;
            else segments.Add(grown);
            created |= !grow;
            next += rows;
        }
        if (created) AtomicFile.FlushFolder(folder);
        return new RowLog(rowBytes, oldest, count, segments);
    }

    /// <summary>Checks that every row of the log is there and intact.</summary>
    /// <exception cref="MbMixException">It is not.</exception>
    public void Verify(RowLog log)
    {
        byte[] buffer = new byte[BufferBytes];
        foreach (var segment in log.Segments)
        {
            string path = Path.Combine(folder, segment.File);
            if (!File.Exists(path)) throw new MbMixException($"{segment.File} is missing.");
            using var stream = File.OpenRead(path);
            long left = segment.Rows * log.RowBytes;
            if (stream.Length < left) throw new MbMixException($"{segment.File} is damaged: it has {stream.Length} bytes of {left}.");
            uint crc = 0;
            while (left > 0)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                stream.ReadExactly(part);
                crc = Crc32C.Append(crc, part);
                left -= part.Length;
            }
            if (crc != segment.Crc) throw new MbMixException($"{segment.File} is damaged: its checksum does not match its contents.");
        }
    }

    /// <summary>Hands over every row that is still needed, oldest first.</summary>
    public void Read(RowLog log, RowSink sink)
    {
        byte[] row = new byte[log.RowBytes];
        foreach (var segment in log.Segments)
        {
            using var stream = new FileStream(Path.Combine(folder, segment.File), FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            long first = Math.Max(segment.First, log.Oldest);
            stream.Position = (first - segment.First) * log.RowBytes;
            for (long i = first; i < segment.End; i++)
            {
                stream.ReadExactly(row);
                sink(i, row);
            }
        }
    }

    /// <summary>Deletes the files that no log in <paramref name="kept"/> refers to.</summary>
    public void Prune(IEnumerable<RowLog> kept)
    {
        if (!Directory.Exists(folder)) return;
        var used = kept.SelectMany(l => l.Segments).Select(s => s.File).ToHashSet(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "*.rows"))
        {
            if (!used.Contains(Path.GetFileName(path))) File.Delete(path);
        }
    }

    private RowSegment Grow(RowSegment segment, long rows, int rowBytes, RowReader read)
    {
        using var stream = new FileStream(Path.Combine(folder, segment.File), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferBytes);
        stream.SetLength(segment.Rows * rowBytes);
        stream.Position = stream.Length;
        byte[] row = new byte[rowBytes];
        uint crc = segment.Crc;
        for (long i = segment.End; i < segment.End + rows; i++)
        {
            read(i, row);
            crc = Crc32C.Append(crc, row);
            stream.Write(row);
        }
        stream.Flush(flushToDisk: true);
        return segment with { Rows = segment.Rows + rows, Crc = crc };
    }

    private static string FileName(string name, long first)
    {
        string safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"{safe}-{first:D12}.rows");
    }
}
