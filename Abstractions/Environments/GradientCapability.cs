namespace MbMix;

/// <summary>What an environment promises about the derivatives of its step.</summary>
/// <param name="Kind">Where they come from.</param>
/// <param name="Tolerance">Relative error to expect at smooth states.</param>
public sealed record GradientCapability(GradientKind Kind, double Tolerance)
{
    /// <summary>No derivatives: only algorithms that do not differentiate the environment can use it.</summary>
    public static GradientCapability None { get; } = new(GradientKind.None, double.PositiveInfinity);
}
