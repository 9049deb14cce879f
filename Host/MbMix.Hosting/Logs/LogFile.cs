using System.Buffers;

namespace MbMix.Hosting;

/// <summary>An append-only file that can be cut back to its length at a checkpoint.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream stream;
    private readonly string path;
    private readonly ArrayBufferWriter<byte> pending = new();

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="keep">Number of bytes to keep; the rest is cut off.</param>
    public LogFile(string path, long keep)
    {
        Check(path, keep);
        this.path = path;
        Name = Path.GetFileName(path);
        // the stream has no buffer, because after a failed write its disposal would try to write the buffer again
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.SetLength(keep);
        stream.Position = keep;
    }

    /// <summary>Throws if a file cannot be cut back to a length, without touching the file.</summary>
    /// <exception cref="MbMixException">The file is shorter, or is not a regular file with a single name.</exception>
    public static void Check(string path, long keep)
    {
        RegularFile.RequireWritable(path);
        long length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (keep >= 0 && length >= keep) return;
        string state = File.Exists(path)
            ? $"has {length} bytes, but the checkpoint expects {keep}: the file was shortened."
            : $"is missing, but the checkpoint expects {keep} bytes.";
        throw new MbMixException($"{OneLine.Path(path)} {state} Start over with {ApiTerms.Repeat}.");
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string Name { get; }

    /// <summary>Whether nothing has been written yet.</summary>
    public bool IsEmpty => stream.Length == 0 && pending.WrittenCount == 0;

    /// <summary>Receives what is to be written; it reaches the file with the next <see cref="Flush"/>.</summary>
    public IBufferWriter<byte> Writer => pending;

    /// <summary>Writes pending content to the file.</summary>
    public void Flush()
    {
        if (pending.WrittenCount == 0) return;
        SizeLimit.Guard(() => stream.Write(pending.WrittenSpan));
        pending.ResetWrittenCount();
    }

    /// <summary>Writes pending content and makes the file durable.</summary>
    /// <returns>Length of the file.</returns>
    public long FlushToDisk()
    {
        Flush();
        // writes to a file that was deleted succeed, but nobody will ever read them
        if (FileProbe.KindOf(path) == FileKind.Absent)
            throw new MbMixException(
                $"{OneLine.Path(path)} was deleted while the run was writing it; start over with {ApiTerms.Repeat}.");
        stream.Flush(flushToDisk: true);
        return stream.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
