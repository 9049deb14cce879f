using System.Globalization;

namespace MbMix.Search;

/// <summary>What must hold in a space.</summary>
internal static class SpaceChecks
{
    // beyond this, not every whole number is a double
    private const double LargestInteger = 1L << 53;

    /// <summary>Rejects a space that cannot be searched.</summary>
    public static void Require(IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0)
            throw new ConfigurationException("The space has no parameters; at least one is expected.");
        string? twice = parameters.GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null)
            throw new ConfigurationException($"The space has two parameters '{OneLine.Value(twice)}'; name it once.");
        foreach (var parameter in parameters)
        {
            if (parameter.Kind == ParameterKind.Choice) RequireChoices(parameter);
            else RequireRange(parameter);
            if (parameter.Condition is { } condition) RequireCondition(parameter, condition, parameters);
        }
    }

    /// <summary>Sorts parameters so that each comes after the choice that it depends on, otherwise as given.</summary>
    public static IReadOnlyList<Parameter> Sort(IReadOnlyList<Parameter> parameters)
    {
        var sorted = new List<Parameter>();
        var left = parameters.ToList();
        while (left.Count > 0)
        {
            var next = left.Find(p => p.Condition is null || sorted.Exists(s => s.Name == p.Condition.Parameter))
                ?? throw Wrong(left[0], "depends on itself by its condition; conditions must not form a circle");
            sorted.Add(next);
            left.Remove(next);
        }
        return sorted;
    }

    /// <summary>Reads the value of a parameter.</summary>
    public static double Value(Parameter parameter, DocumentValue json)
    {
        if (parameter.Kind == ParameterKind.Choice)
        {
            int index = Space.IndexOf(parameter.Choices, json.ToNode()?.ToJsonString() ?? "null");
            if (index >= 0) return index;
            throw json.Wrong("one of " + OneLine.Value(string.Join(", ", parameter.Choices)));
        }
        double value = parameter.Kind == ParameterKind.Integer ? json.Integer() : json.Number();
        if (value >= parameter.Low && value <= parameter.High) return value;
        throw json.Wrong($"a number from {Show(parameter.Low)} to {Show(parameter.High)}");
    }

    private static void RequireChoices(Parameter parameter)
    {
        if (parameter.Choices.Count == 0) throw Wrong(parameter, "has no values to choose from; list at least one");
        string? twice = parameter.Choices.GroupBy(c => c).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is not null) throw Wrong(parameter, $"lists the value {OneLine.Value(twice)} twice; list it once");
    }

    private static void RequireRange(Parameter parameter)
    {
        double low = parameter.Low, high = parameter.High;
        string range = $"[{Show(low)}, {Show(high)}]";
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
            throw Wrong(parameter, $"has the empty range {range}; write [low, high] with low at most high");
        if (parameter.Kind == ParameterKind.Integer && Math.Max(-low, high) > LargestInteger)
            throw Wrong(parameter, $"has the range {range}, which is too large; numbers up to 2^53 are possible");
        if (!parameter.Logarithmic || low > 0) return;
        throw Wrong(parameter, $"is logarithmic and begins at {Show(low)}; a low above 0 is expected");
    }

    private static void RequireCondition(Parameter parameter, Condition condition, IReadOnlyList<Parameter> all)
    {
        string name = OneLine.Value(condition.Parameter);
        var parent = all.FirstOrDefault(p => p.Name == condition.Parameter)
            ?? throw Wrong(
                parameter, $"has a condition on '{name}', which is no parameter of the space",
                Suggestion.For(condition.Parameter, all.Select(p => p.Name).Where(n => n != parameter.Name)));
        if (parent.Kind != ParameterKind.Choice)
            throw Wrong(parameter, $"has a condition on '{name}', which is no choice; only choices have branches");
        if (condition.Values.Count == 0)
            throw Wrong(parameter, $"has a condition on '{name}' without values; list those with which it is used");
        string? unknown = condition.Values.FirstOrDefault(v => !parent.Choices.Contains(v));
        if (unknown is not null)
            throw Wrong(
                parameter, $"has the condition {name} = {OneLine.Value(unknown)}, which is none of its values",
                Suggestion.For(unknown, parent.Choices));
    }

    private static ConfigurationException Wrong(Parameter parameter, string what, string hint = "") =>
        new($"Parameter '{OneLine.Value(parameter.Name)}' {what}.{hint}");

    private static string Show(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
