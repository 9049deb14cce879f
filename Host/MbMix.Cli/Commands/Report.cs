using System.Globalization;
using MbMix.Hosting;

namespace MbMix.Cli.Commands;

/// <summary>What is printed about a final evaluation.</summary>
internal static class Report
{
    /// <summary>The line that scripts read: always the last one, always of this form.</summary>
    public static void PrintReturn(EvaluationResult result) => Console.WriteLine("evaluation return: " + result.Mean.ToString("F1", CultureInfo.InvariantCulture));
}
