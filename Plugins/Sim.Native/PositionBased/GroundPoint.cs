namespace MbMix.Sim.Native;

/// <summary>
/// A sphere, or a point, of a body that cannot pass the plane z = 0, whose motion nothing changes.
/// </summary>
/// <param name="Body">Index of the body.</param>
/// <param name="Center">Center of the sphere in the frame of the body [m].</param>
/// <param name="Radius">Its radius; 0 for a corner [m].</param>
internal sealed record GroundPoint(int Body, double[] Center, double Radius)
{
    /// <summary>The eight corners of a box.</summary>
    /// <param name="body">Index of the body.</param>
    /// <param name="size">Half the extent along each axis [m].</param>
    public static IEnumerable<GroundPoint> Corners(int body, double[] size) =>
        Enumerable.Range(0, 8).Select(corner => new GroundPoint(
            body, [.. size.Select((s, axis) => (corner >> axis & 1) == 0 ? -s : s)], 0));
}
