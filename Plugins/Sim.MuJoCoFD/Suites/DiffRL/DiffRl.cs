namespace MbMix.Sim.MuJoCoFD;

/// <summary>What the DiffRL tasks share: a control period of 1/60 s, y up, actions from -1 to 1.</summary>
internal static class DiffRl
{
    /// <summary>Height above a tolerated level: d clipped to [-1, cap]; -200 d^2 below the level, slope * d above it.</summary>
    public static double Height(double aboveLevel, double cap, double slope)
    {
        double d = Math.Clamp(aboveLevel, -1, cap);
        return d < 0 ? -200 * d * d : slope * d;
    }
}
