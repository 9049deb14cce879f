namespace MbMix.Sim.MuJoCoFD;

/// <summary>
/// What the DiffRL tasks share. In all of them y is up, the control period is 1/60 s and actions are from -1 to 1.
/// </summary>
internal static class DiffRl
{
    /// <summary>
    /// Reward for the height above a tolerated level [m]. With d the height clipped to [-1, cap], it is <c>-200 d^2</c>
    /// below the level and <c>slope * d</c> above it.
    /// </summary>
    public static double Height(double aboveLevel, double cap, double slope)
    {
        double d = Math.Clamp(aboveLevel, -1, cap);
        return d < 0 ? -200 * d * d : slope * d;
    }
}
