using System.Text;

namespace MbMix.Comparison;

/// <summary>
/// The file that receives the output of a run's process. A failed write is kept and not thrown, because it happens on a
/// thread on which nobody could catch it.
/// </summary>
internal sealed class ProcessLog(string path, Stream stream) : IDisposable
{
    /// <summary>Why the file could not be written; null as long as it can be.</summary>
    public MbMixException? Failure { get; private set; }

    /// <summary>Opens a file for appending.</summary>
    public static Stream Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // no buffer, because after a failed write its disposal would try to write the buffer again
        return new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Appends a line; does nothing after a failed write.</summary>
    public void WriteLine(string line)
    {
        if (Failure is not null) return;
        try
        {
            SizeLimit.Guard(() => stream.Write(Encoding.UTF8.GetBytes(line + "\n")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = ReportFile.Error(path, "written", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
