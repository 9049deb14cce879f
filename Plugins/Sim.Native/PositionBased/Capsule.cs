namespace MbMix.Sim.Native;

/// <summary>A capsule around the center of a body.</summary>
/// <param name="Body">Index of the body.</param>
/// <param name="HalfAxis">From the center to the center of one end, in the frame of the body [m].</param>
/// <param name="Radius">Radius [m].</param>
internal sealed record Capsule(int Body, double[] HalfAxis, double Radius)
{
    /// <summary>The balls at both ends, as contact points with the ground.</summary>
    public IEnumerable<GroundPoint> Ends() =>
        [new(Body, HalfAxis, Radius), new(Body, [.. HalfAxis.Select(x => -x)], Radius)];
}
