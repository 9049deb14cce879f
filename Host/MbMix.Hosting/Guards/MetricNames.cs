namespace MbMix.Hosting;

/// <summary>Names of metrics, which become columns of a CSV file.</summary>
internal static class MetricNames
{
    private const int Longest = 100;

    // what is left out when two runs are compared
    private static readonly string[] Clocks = ["wall_", "seconds_"];

    /// <summary>Whether the log has such a column already, or would take it for a clock.</summary>
    public static bool IsTaken(string name) => MetricColumns.Fixed.Contains(name)
        || Clocks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Requires a name that a log can have as a new column.</summary>
    /// <param name="boundary">Names the algorithm in messages.</param>
    /// <param name="name">The name.</param>
    /// <param name="others">The names before it.</param>
    /// <returns>The name.</returns>
    public static string Require(Boundary boundary, string? name, ReadOnlySpan<string> others)
    {
        string what = $"metric {others.Length + 1} of the report";
        if (string.IsNullOrWhiteSpace(name)) throw boundary.Wrong(what, "no name", "a name such as loss/actor");
        string shown = $"the name '{OneLine.Value(name)}'";
        if (name.Length > Longest || name.Any(c => c is ',' or ';' or '"' || char.IsControl(c)) || name.Trim() != name)
            throw boundary.Wrong(
                what, shown, $"at most {Longest} characters without commas, semicolons, quotes or line breaks");
        if (others.Contains(name)) throw boundary.Wrong(what, $"{shown} again", "a name of its own");
        if (IsTaken(name))
            throw boundary.Wrong(what, $"{shown}, which the log has already", "another one");
        return name;
    }
}
