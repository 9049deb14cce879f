using System.Globalization;

namespace MbMix.Cli.Commands;

/// <summary>Prints the result of a final evaluation.</summary>
internal static class Report
{
    /// <summary>Prints the line that scripts read. It is always the last line and always has this form.</summary>
    public static void PrintReturn(double mean) =>
        Console.WriteLine("evaluation return: " + mean.ToString("F1", CultureInfo.InvariantCulture));
}
