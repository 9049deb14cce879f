namespace MbMix.Sim.Native;

/// <summary>One link of a robot and the joint that connects it to its parent. All quantities are in SI units.</summary>
internal sealed record LinkDescription
{
    /// <summary>Name of the link.</summary>
    public required string Name { get; init; }

    /// <summary>Index of the parent link, which comes earlier in the list; -1 for the world.</summary>
    public int Parent { get; init; } = -1;

    /// <summary>Kind of the joint.</summary>
    public required JointKind Joint { get; init; }

    /// <summary>Unit axis of the joint, in the joint frame before the joint moves.</summary>
    public double[] Axis { get; init; } = [0, 0, 0];

    /// <summary>Origin of the joint frame in the parent's frame [m].</summary>
    public double[] Position { get; init; } = [0, 0, 0];

    /// <summary>Orientation of the joint frame in the parent's frame, as a quaternion (x, y, z, w).</summary>
    public double[] Rotation { get; init; } = [0, 0, 0, 1];

    /// <summary>Mass [kg].</summary>
    public double Mass { get; init; }

    /// <summary>Center of mass in the link's frame [m].</summary>
    public double[] CenterOfMass { get; init; } = [0, 0, 0];

    /// <summary>Inertia about the center of mass in the link's axes: xx, yy, zz, xy, xz, yz [kg m^2].</summary>
    public double[] Inertia { get; init; } = [0, 0, 0, 0, 0, 0];

    /// <summary>Inertia of the drive [kg or kg m^2], added to the diagonal of the mass matrix.</summary>
    public double Armature { get; init; }

    /// <summary>Coordinate of a prismatic or revolute joint that does not displace the link [m or rad].</summary>
    public double Reference { get; init; }

    /// <summary>Stiffness of the spring that pulls the coordinate toward <see cref="Rest"/> [N/m or N m/rad].</summary>
    public double Stiffness { get; init; }

    /// <summary>Coordinate at which the spring is relaxed [m or rad].</summary>
    public double Rest { get; init; }

    /// <summary>Damping of the joint [N s/m or N m s/rad].</summary>
    public double Damping { get; init; }

    /// <summary>Lower and upper limit of the coordinate [m or rad]; null if it is unlimited.</summary>
    public double[]? Limits { get; init; }

    /// <summary>Stiffness of the spring that acts beyond a limit [N/m or N m/rad].</summary>
    public double LimitStiffness { get; init; }

    /// <summary>
    /// Damping that comes with the limits [N s/m or N m s/rad]; as in the DiffRL suite, it also acts within them.
    /// </summary>
    public double LimitDamping { get; init; }

    /// <summary>
    /// Damping that acts beyond a limit only, where it is at most as large as the spring's force [N s/m or N m s/rad].
    /// </summary>
    public double DampingBeyondLimits { get; init; }
}
