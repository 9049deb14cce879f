using System.Globalization;

namespace MbMix.Hosting;

/// <summary>
/// Appends rows to segment files and reads them back. Rows that a checkpoint has recorded are never changed.
/// </summary>
internal sealed class RowSegments(ClosedFolder checkpoints)
{
    /// <summary>Name of the subfolder in the checkpoint folder.</summary>
    public const string FolderName = "rows";

    private const string Extension = ".rows";
    private const long SegmentBytes = 8 << 20;
    private const int BufferBytes = 1 << 16;

    private readonly ClosedFolder folder = new(Path.Combine(checkpoints.FullPath, FolderName));

    /// <summary>Appends the rows that <paramref name="last"/> does not hold yet, and makes them durable.</summary>
    public RowLog Append(string name, RowLog? last, long oldest, long count, int rowBytes, RowReader read)
    {
        if (rowBytes < 1 || oldest < 0 || oldest > count)
            throw new MbMixException(
                $"Row log '{name}' of a checkpoint: rows {oldest} to {count} of {rowBytes} bytes are not valid.");
        if (last is not null && (last.RowBytes != rowBytes || count < last.Count))
        {
            throw new MbMixException(
                $"Row log '{name}' of a checkpoint: it held {last.Count} rows of {last.RowBytes} bytes and cannot "
                + $"continue with {count} rows of {rowBytes}.");
        }
        folder.RequireReal();
        Directory.CreateDirectory(folder.FullPath);
        var segments = last is null ? [] : last.Segments.Where(s => s.End > oldest).ToList();
        long next = Math.Max(oldest, last?.Count ?? 0), capacity = Capacity(rowBytes);
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
        if (created) AtomicFile.FlushFolder(folder.FullPath);
        return new RowLog(rowBytes, oldest, count, segments);
    }

    /// <summary>Reads the index of row logs in a checkpoint.</summary>
    /// <exception cref="MbMixException">The index is not valid, or names files that no row log has.</exception>
    public static Dictionary<string, RowLog> ReadIndex(DocumentValue logs) =>
        logs.Members().ToDictionary(l => l.Key, l => ReadLog(l.Key, l.Value));

    /// <summary>Returns whether a file name has the form of a segment's name.</summary>
    public static bool IsSegment(string name) =>
        ClosedFolder.IsPlainName(name) && name.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Checks that every row of the log is present and intact.</summary>
    /// <exception cref="MbMixException">A file is missing or damaged.</exception>
    public void Verify(RowLog log)
    {
        folder.RequireReal();
        byte[] buffer = new byte[BufferBytes];
        foreach (var segment in log.Segments)
        {
            string path = folder.ToRead(segment.File);
            if (!File.Exists(path)) throw new MbMixException($"{segment.File} is missing.");
            using var stream = File.OpenRead(path);
            long left = segment.Rows * log.RowBytes;
            if (stream.Length < left)
                throw new MbMixException($"{segment.File} is damaged: it has {stream.Length} bytes of {left}.");
            uint crc = 0;
            while (left > 0)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
                stream.ReadExactly(part);
                crc = Crc32C.Append(crc, part);
                left -= part.Length;
            }
            if (crc != segment.Crc)
                throw new MbMixException($"{segment.File} is damaged: its checksum does not match its contents.");
        }
    }

    /// <summary>Reads every row that is still needed, oldest first.</summary>
    public void Read(RowLog log, RowSink sink)
    {
        byte[] row = new byte[log.RowBytes];
        foreach (var segment in log.Segments)
        {
            string path = folder.ToRead(segment.File);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            long first = Math.Max(segment.First, log.Oldest);
            stream.Position = (first - segment.First) * log.RowBytes;
            for (long i = first; i < segment.End; i++)
            {
                stream.ReadExactly(row);
                sink(i, row);
            }
        }
    }

    /// <summary>Deletes a file that no kept checkpoint refers to.</summary>
    public void Delete(string name)
    {
        string path = Path.Combine(folder.FullPath, name);
        if (FileProbe.KindOf(folder.FullPath) == FileKind.Folder && FileProbe.KindOf(path) == FileKind.Regular)
            File.Delete(path);
    }

    private static RowLog ReadLog(string name, DocumentValue log)
    {
        log.AllowOnly("RowBytes", "Oldest", "Count", "Segments");
        int rowBytes = (int)log.Get("RowBytes", "a size").Integer(1, Array.MaxLength);
        long oldest = log.Get("Oldest", "a row number").Integer(0);
        long count = log.Get("Count", "a number of rows").Integer(oldest);
        var list = log.Get("Segments", "a list");
        var segments = new List<RowSegment>();
        foreach (var value in list.Elements())
        {
            value.AllowOnly("File", "First", "Rows", "Crc", "End");
            long first = value.Get("First", "a row number").Integer(0, count);
            long most = Math.Min(Capacity(rowBytes), count - first);
            long rows = value.Get("Rows", "a number of rows").Integer(1, most);
            uint crc = (uint)value.Get("Crc", "a checksum").Integer(0, uint.MaxValue);
            var file = value.Get("File", "a file name");
            // the name must follow from the rest of the entry, so that no other file can be meant
            if (file.Text() != FileName(name, first)) throw file.Wrong($"'{OneLine.Value(FileName(name, first))}'");
            if (segments.Count > 0 && segments[^1].End != first)
                throw value.Error(
                    $"the segment at row {first} does not follow the one that ends at row {segments[^1].End}.");
            segments.Add(new RowSegment(file.Text(), first, rows, crc));
        }
        bool whole = segments.Count == 0 ? oldest == count : segments[0].First <= oldest && segments[^1].End == count;
        if (!whole)
            throw list.Error($"the segments of '{OneLine.Value(name)}' do not hold the rows {oldest} to {count}.");
        return new RowLog(rowBytes, oldest, count, segments);
    }

    private RowSegment Grow(RowSegment segment, long rows, int rowBytes, RowReader read)
    {
        string path = folder.ToWrite(segment.File);
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferBytes);
        stream.SetLength(segment.Rows * rowBytes);
        stream.Position = stream.Length;
        byte[] row = new byte[rowBytes];
        uint crc = segment.Crc;
        SizeLimit.Guard(() =>
        {
            for (long i = segment.End; i < segment.End + rows; i++)
            {
                read(i, row);
                crc = Crc32C.Append(crc, row);
                stream.Write(row);
            }
            stream.Flush(flushToDisk: true);
        });
        return segment with { Rows = segment.Rows + rows, Crc = crc };
    }

    private static long Capacity(int rowBytes) => Math.Max(1, SegmentBytes / rowBytes);

    private static string FileName(string name, long first)
    {
        string safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
        return string.Create(CultureInfo.InvariantCulture, $"{safe}-{first:D12}{Extension}");
    }
}
