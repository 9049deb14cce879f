using System.Buffers;

namespace MbMix.Hosting;

/// <summary>A file that only grows, and can be cut back to what a checkpoint knows of it.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly FileStream stream;
    private readonly ArrayBufferWriter<byte> pending = new();

    /// <summary>Opens the file.</summary>
    /// <param name="path">File.</param>
    /// <param name="keep">Bytes to keep of it; what lies behind them is cut off.</param>
    public LogFile(string path, long keep)
    {
        Check(path, keep);
        Name = Path.GetFileName(path);
        // no buffer of the stream's own: after a failed write nothing may be left that its disposal would try to write again
        stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        stream.SetLength(keep);
        stream.Position = keep;
    }

    /// <summary>Refuses a file that cannot be cut back to a length, before it is touched.</summary>
    /// <exception cref="MbMixException">It is shorter, or no file of its own.</exception>
    public static void Check(string path, long keep)
    {
        RegularFile.RequireWritable(path);
        long length = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (keep >= 0 && length >= keep) return;
        throw new MbMixException(
            $"{OneLine.Path(path)} has {length} bytes, the checkpoint knows {keep}: somebody shortened it. "
            + "Begin again with `mbmix train --from`.");
    }

    /// <summary>Name without folder.</summary>
    public string Name { get; }

    /// <summary>Whether nothing was ever written.</summary>
    public bool IsEmpty => stream.Length == 0 && pending.WrittenCount == 0;

    /// <summary>Where to write; it reaches the file with the next <see cref="Flush"/>.</summary>
    public IBufferWriter<byte> Writer => pending;

    /// <summary>Writes what is pending.</summary>
    public void Flush()
    {
        if (pending.WrittenCount == 0) return;
        stream.Write(pending.WrittenSpan);
        pending.ResetWrittenCount();
    }

    /// <summary>Makes everything durable.</summary>
    /// <returns>Length of the file.</returns>
    public long FlushToDisk()
    {
        Flush();
        stream.Flush(flushToDisk: true);
        return stream.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
