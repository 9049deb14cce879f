using System.Buffers;
using System.Globalization;
using System.Text;

namespace MbMix.Hosting;

/// <summary>
/// Formats comma-separated lines in the invariant culture, with numbers that read back to the same bits.
/// </summary>
internal static class CsvText
{
    /// <summary>Formats a number in its shortest exact form.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Appends one line.</summary>
    public static void AppendLine(LogFile file, IEnumerable<string> fields) =>
        file.Writer.Write(Encoding.UTF8.GetBytes(string.Join(',', fields.Select(CsvField.Quote)) + "\n"));
}
