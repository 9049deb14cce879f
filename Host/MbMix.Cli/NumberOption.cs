using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MbMix.Cli;

/// <summary>Creates options whose value is a whole number within limits, which may be written as 1e6.</summary>
internal static class NumberOption
{
    // beyond this, a double does not hold every whole number
    private const double Exact = 9e15;

    /// <summary>Creates an option.</summary>
    /// <param name="name">Name of the option, with its hyphens.</param>
    /// <param name="helpName">Placeholder of the value in the help.</param>
    /// <param name="description">Description for the help.</param>
    /// <param name="minimum">Smallest value.</param>
    /// <param name="maximum">Largest value.</param>
    /// <param name="unit">What is counted, for the message about a wrong value; empty if the name says it.</param>
    public static Option<T?> Create<T>(
        string name, string helpName, string description, T minimum, T maximum, string unit = "")
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string limits = (minimum == T.MinValue, maximum == T.MaxValue) switch
        {
            (true, true) => "",
            (false, true) => $", at least {minimum}",
            _ => string.Create(CultureInfo.InvariantCulture, $", {minimum} to {maximum}"),
        };
        string of = unit.Length == 0 ? "" : $" of {unit}";
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (TryParse(text, out long value)
                    && value >= long.CreateChecked(minimum) && value <= long.CreateChecked(maximum))
                    return T.CreateChecked(value);
                string largest = IsLarge(text) ? $", at most {maximum}" : "";
                result.AddError(
                    $"{name} {OneLine.Value(text)}: a whole number{of} is expected"
                    + $"{(limits.EndsWith($" to {maximum}", StringComparison.Ordinal) ? limits : limits + largest)}.");
                return null;
            },
        };
    }

    private static bool IsLarge(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > Exact;

    private static bool TryParse(string text, out long value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)) return true;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || number != Math.Floor(number) || Math.Abs(number) >= Exact)
            return false;
        value = (long)number;
        return true;
    }
}
