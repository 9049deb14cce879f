namespace MbMix.Simulation.MuJoCo;

/// <summary>The bounds of the action, in the actuators' units.</summary>
internal sealed class ActionRange(SpaceSpec action)
{
    public double[] Low { get; } = [.. action.Dimensions.Select(d => d.Low)];

    public double[] High { get; } = [.. action.Dimensions.Select(d => d.High)];

    public int Size => Low.Length;

    /// <summary>Clips an action to its bounds. NaN stays NaN, so that it is noticed.</summary>
    public void Clip(ReadOnlySpan<double> action, Span<double> clipped)
    {
        for (int i = 0; i < clipped.Length; i++) clipped[i] = Math.Clamp(action[i], Low[i], High[i]);
    }

    public bool IsOutside(int i, double value) => value < Low[i] || value > High[i];
}
