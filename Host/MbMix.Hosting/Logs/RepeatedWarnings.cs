using System.Text.RegularExpressions;

namespace MbMix.Hosting;

/// <summary>
/// Counts warnings that differ only in their numbers, so that each is shown once. It remembers a limited number of
/// texts. It is not thread-safe.
/// </summary>
internal sealed partial class RepeatedWarnings
{
    private const int MostTexts = 200;

    private readonly Dictionary<(string Category, string Form), (string Text, long More)> seen = [];
    private long others;

    /// <summary>Counts a warning.</summary>
    /// <returns>Whether it is to be shown: it is the first of its form, and there is room for another form.</returns>
    public bool IsNew(string category, string text)
    {
        text = OneLine.Limit(text);
        var form = (category, Number().Replace(text, "#"));
        if (seen.TryGetValue(form, out var known))
        {
            seen[form] = known with { More = known.More + 1 };
            return false;
        }
        if (seen.Count == MostTexts)
        {
            others++;
            return false;
        }
        seen.Add(form, (text, 0));
        return true;
    }

    /// <summary>Lists one line for each form that came more than once, and forgets everything.</summary>
    public List<(string Category, string Line)> Take()
    {
        var lines = new List<(string, string)>();
        foreach (var ((category, _), (text, more)) in seen)
        {
            if (more > 0) lines.Add((category, Line(more, $"like: {text}")));
        }
        if (others > 0) lines.Add(("mbmix", Line(others, "of other kinds")));
        seen.Clear();
        others = 0;
        return lines;
    }

    private static string Line(long count, string which) =>
        FormattableString.Invariant($"{count:N0} more {(count == 1 ? "warning" : "warnings")} {which}");

    [GeneratedRegex(@"-?([0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?|\bNaN\b|\bInfinity\b|∞)")]
    private static partial Regex Number();
}
