using System.Text;

namespace MbMix.Dashboard;

/// <summary>
/// Reads the lines that are appended to a file. A file that was cut back, as by a run that is resumed, or written anew
/// is noticed, even if it has grown past its old length in the meantime.
/// </summary>
internal sealed class LineTail(string path)
{
    private const int Remembered = 256, Chunk = 1 << 16, LongestLine = 1 << 20, MostAtOnce = 1 << 24;

    // what stands before the position, to recognize the file by
    private byte[] before = [];
    private long position;
    private (long Length, DateTime Written) seen = (-1, default);

    /// <summary>When the file was written to last, by the last <see cref="Read"/>.</summary>
    public DateTime Written => seen.Written;

    /// <summary>Reads the lines that are complete and new.</summary>
    /// <param name="lines">Receives the lines.</param>
    /// <returns>
    /// Whether the file is not the continuation of what was read before; the lines are then all those of the file.
    /// </returns>
    /// <exception cref="MbMixException">The file is not a regular file, or not one of lines.</exception>
    public bool Read(List<string> lines)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            bool gone = position > 0;
            Forget();
            return gone;
        }
        if (seen == (file.Length, file.LastWriteTimeUtc)) return false;
        var now = (file.Length, file.LastWriteTimeUtc);
        using var stream = RegularFile.OpenRead(path, FileShare.ReadWrite | FileShare.Delete);
        bool anew = position > 0 && !Continues(stream);
        if (anew) Forget();
        stream.Position = position;
        // what was written while this was reading is read the next time
        if (ReadLines(stream, lines)) seen = now;
        return anew;
    }

    private void Forget() => (before, position, seen) = ([], 0, (-1, default));

    private bool Continues(FileStream stream)
    {
        if (stream.Length < position) return false;
        var there = new byte[before.Length];
        stream.Position = position - there.Length;
        return stream.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) == there.Length
            && there.AsSpan().SequenceEqual(before);
    }

    private bool ReadLines(FileStream stream, List<string> lines)
    {
        byte[] rest = [];
        var chunk = new byte[Chunk];
        for (int total = 0; total < MostAtOnce;)
        {
            int read = stream.Read(chunk);
            if (read == 0) return true;
            total += read;
            byte[] all = [.. rest, .. chunk.AsSpan(0, read)];
            int end = all.AsSpan().LastIndexOf((byte)'\n') + 1;
            if (end == 0 && all.Length > LongestLine)
                throw new MbMixException($"{OneLine.Path(path)} has a line that is too long.");
            if (end > 0)
            {
                string text = Encoding.UTF8.GetString(all, 0, end - 1);
                lines.AddRange(text.Split('\n').Select(l => l.TrimEnd('\r')));
                position += end;
                byte[] known = [.. before, .. all.AsSpan(0, end)];
                before = known[Math.Max(0, known.Length - Remembered)..];
            }
            rest = all[end..];
        }
        return false;
    }
}
