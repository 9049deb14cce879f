using System.Globalization;
using System.Text;

namespace MbMix.Cluster;

/// <summary>
/// Reads how far a run is from the last complete line of its metrics, whatever their length. A line that makes no sense
/// leaves what was known.
/// </summary>
internal sealed class StepReader(string metrics)
{
    private const int LongestLine = 1 << 16;

    private string[] columns = [];
    private (long Length, DateTime Written) seen = (-1, default);
    private (long Steps, double? Return)? last;

    /// <summary>Reads; null if there is nothing yet.</summary>
    public (long Steps, double? Return)? Read()
    {
        try
        {
            var file = new FileInfo(metrics);
            if (!file.Exists || seen == (file.Length, file.LastWriteTimeUtc)) return last;
            seen = (file.Length, file.LastWriteTimeUtc);
            using var stream = RegularFile.OpenRead(metrics, FileShare.ReadWrite | FileShare.Delete);
            if (columns.Length == 0) columns = HeaderOf(stream);
            last = LastOf(stream) ?? last;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MbMixException)
        {
            // the next look is another chance
        }
        return last;
    }

    private static string[] HeaderOf(Stream stream)
    {
        string start = TextAt(stream, 0);
        int end = start.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? [] : start[..end].TrimEnd('\r').Split(',');
    }

    private (long Steps, double? Return)? LastOf(Stream stream)
    {
        string[] lines = TextAt(stream, Math.Max(0, stream.Length - LongestLine)).Split('\n');
        // whatever follows the last line feed is empty or an incomplete line
        if (lines.Length < 2) return null;
        string[] fields = lines[^2].TrimEnd('\r').Split(',');
        if (fields.Length != columns.Length) return null;
        double steps = Number(fields, "env_steps");
        if (steps is not (>= 0 and < 1e15)) return null;
        double mean = Number(fields, "return");
        return ((long)steps, double.IsFinite(mean) ? mean : null);
    }

    private double Number(string[] fields, string column) =>
        Array.IndexOf(columns, column) is var at and >= 0
            && double.TryParse(fields[at], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value : double.NaN;

    private static string TextAt(Stream stream, long position)
    {
        byte[] bytes = new byte[LongestLine];
        stream.Position = position;
        return Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }
}
