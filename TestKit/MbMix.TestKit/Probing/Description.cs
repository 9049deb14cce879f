namespace MbMix.TestKit;

/// <summary>What an environment says about itself, as text, so that it can be compared.</summary>
internal static class Description
{
    /// <summary>Every part of a description with its name; sizes come first, because they say most.</summary>
    public static (string Name, string Value)[] Of(IDifferentiableEnv env)
    {
        var (spec, chart) = (env.Spec, env.Chart);
        return
        [
            ("size of the state", $"{spec?.State?.Size}"),
            ("size of the observation", $"{spec?.Observation?.Size}"),
            ("size of the action", $"{spec?.Action?.Size}"),
            ("tangent size of the chart", $"{chart?.TangentSize}"),
            ("feature size of the chart", $"{chart?.FeatureSize}"),
            ("id in Spec", $"'{spec?.Id}'"),
            ("state type", $"{spec?.StateType}"),
            ("length of an episode", $"{spec?.EpisodeLength}"),
            ("control period", Exact(spec?.ControlPeriod)),
            ("kind of the gradient", $"{spec?.Gradient?.Kind}"),
            ("tolerance of the gradient", Exact(spec?.Gradient?.Tolerance)),
            ("FixedStart", $"{spec?.FixedStart}"),
            ("simulator", $"'{spec?.Simulator}'"),
            ("tape bytes", $"{spec?.TapeBytes}"),
            ("devices", string.Join(", ", spec?.Devices ?? [])),
            .. Space("state", spec?.State), .. Space("observation", spec?.Observation),
            .. Space("action", spec?.Action),
        ];
    }

    /// <summary>The first part in which two descriptions differ; null if they are the same.</summary>
    public static (string Name, string Expected, string Came)? Difference(
        (string Name, string Value)[] expected, (string Name, string Value)[] came)
    {
        foreach (var (left, right) in expected.Zip(came))
        {
            if (left != right) return (left.Name, left.Value, right.Value.Length == 0 ? "null" : right.Value);
        }
        return null;
    }

    private static IEnumerable<(string Name, string Value)> Space(string what, SpaceSpec? space) =>
        (space?.Dimensions ?? []).Select((d, i) => (
            $"dimension {i} of the {what}", $"'{d.Name}' [{d.Unit}] from {Exact(d.Low)} to {Exact(d.High)}"));

    private static string Exact(double? value) => FormattableString.Invariant($"{value:R}");
}
