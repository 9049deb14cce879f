namespace MbMix;

/// <summary>What an environment promises about the derivatives of its control step.</summary>
/// <param name="Kind">How they are computed.</param>
/// <param name="Tolerance">Relative error to expect where the dynamics are smooth.</param>
public sealed record GradientCapability(GradientKind Kind, double Tolerance)
{
    /// <summary>No derivatives: only algorithms that do not differentiate the environment can use it.</summary>
    public static GradientCapability None { get; } = new(GradientKind.None, double.PositiveInfinity);
}
