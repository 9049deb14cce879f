using System.Globalization;

namespace MbMix.Storage;

/// <summary>Formats a number of things for people.</summary>
internal static class Amount
{
    /// <summary>Returns the number with the name of the things, as in <c>1 run</c> and <c>2 runs</c>.</summary>
    /// <param name="number">How many there are.</param>
    /// <param name="one">Name of one of them, whose plural takes an s.</param>
    public static string Of(long number, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");
}
