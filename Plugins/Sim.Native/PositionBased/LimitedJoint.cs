namespace MbMix.Sim.Native;

/// <summary>
/// A joint of a <see cref="PositionBasedWorld"/>: a point that two bodies share, and one angle or three with limits.
/// Its axes are the same in the frames of both bodies when all angles are 0.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">Index of the one body.</param>
/// <param name="Child">Index of the other.</param>
internal sealed record LimitedJoint(string Name, int Parent, int Child)
{
    /// <summary>Where the point is in the frame of the parent [m].</summary>
    public required double[] ParentAnchor { get; init; }

    /// <summary>Where the point is in the frame of the child [m].</summary>
    public required double[] ChildAnchor { get; init; }

    /// <summary>
    /// Its x, y and z axis in the frame of a body. A hinge turns about x; the three angles of a ball joint turn about
    /// x, then the new y, then the new z.
    /// </summary>
    public required double[][] Axes { get; init; }

    /// <summary>Limits of its angles [rad]: one pair for a hinge, three for a ball joint.</summary>
    public required (double Low, double High)[] Limits { get; init; }

    /// <summary>Torque per relative angular velocity [N m s/rad].</summary>
    public required double Damping { get; init; }

    /// <summary>
    /// Torque of a hinge at action 1 [N m], or torque of a ball joint per difference between wanted and present angle
    /// [N m/rad].
    /// </summary>
    public required double Strength { get; init; }

    /// <summary>Whether it is a hinge.</summary>
    public bool IsHinge => Limits.Length == 1;
}
