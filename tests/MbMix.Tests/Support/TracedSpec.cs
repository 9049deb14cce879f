namespace MbMix.Tests.Support;

/// <summary>Descriptions of small traced dynamics: unnamed components, actions between -1 and 1.</summary>
internal static class TracedSpec
{
    public static EnvSpec Of(int state, int observation, int action) => new()
    {
        Id = "tests/traced-v1",
        State = Space(state, double.NegativeInfinity, double.PositiveInfinity),
        Observation = Space(observation, double.NegativeInfinity, double.PositiveInfinity),
        Action = Space(action, -1, 1),
        ControlPeriod = 1,
        EpisodeLength = 1,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-6),
    };

    private static SpaceSpec Space(int size, double low, double high) => SpaceSpec.Box(low, high, [.. Enumerable.Range(0, size).Select(i => $"x{i}")]);
}
