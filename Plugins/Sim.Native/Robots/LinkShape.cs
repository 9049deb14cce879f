namespace MbMix.Sim.Native;

/// <summary>What a link looks like; only for pictures.</summary>
/// <param name="Link">Index of the link; -1 for the world.</param>
/// <param name="Kind">Kind of the shape.</param>
/// <param name="Size">Its size [m], in the order of <see cref="ShapeKind"/>.</param>
internal sealed record LinkShape(int Link, ShapeKind Kind, double[] Size)
{
    /// <summary>Its center in the frame of the link [m].</summary>
    public double[] Center { get; init; } = [0, 0, 0];

    /// <summary>Direction of its axis in the frame of the link; null if <see cref="Rotation"/> says it.</summary>
    public double[]? Axis { get; init; }

    /// <summary>Its orientation in the frame of the link, as a quaternion (x, y, z, w).</summary>
    public double[] Rotation { get; init; } = [0, 0, 0, 1];

    /// <summary>Red, green, blue and opacity, each 0 to 1; null for the viewer's choice.</summary>
    public double[]? Color { get; init; }
}
