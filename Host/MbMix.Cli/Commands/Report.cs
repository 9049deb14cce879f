using System.Globalization;
using MbMix.Comparison;

namespace MbMix.Cli.Commands;

/// <summary>Prints results.</summary>
internal static class Report
{
    /// <summary>Prints the line that scripts read. It is always the last line and always has this form.</summary>
    public static void PrintReturn(double mean) =>
        Console.WriteLine("evaluation return: " + mean.ToString("F1", CultureInfo.InvariantCulture));

    /// <summary>Prints what a reader of a comparison must not overlook, one line each.</summary>
    public static void PrintNotes(ReportResult result)
    {
        foreach (string note in result.Remarks.Concat(result.Notes))
            Console.Error.WriteLine("note: " + OneLine.Limit(note, taken: 6));
    }
}
