namespace MbMix.Sim.Native;

/// <summary>One link of a robot and the joint that carries it. SI units; vectors are in the frame named.</summary>
internal sealed record LinkDescription
{
    /// <summary>Name of the link.</summary>
    public required string Name { get; init; }

    /// <summary>Index of the parent link, which stands earlier in the file; -1 for the world.</summary>
    public int Parent { get; init; } = -1;

    /// <summary>The joint.</summary>
    public required JointKind Joint { get; init; }

    /// <summary>Unit axis of the joint, in the joint frame before the joint moves.</summary>
    public double[] Axis { get; init; } = [0, 0, 0];

    /// <summary>Origin of the joint frame in the parent's frame.</summary>
    public double[] Position { get; init; } = [0, 0, 0];

    /// <summary>Orientation of the joint frame in the parent's frame, quaternion (x, y, z, w).</summary>
    public double[] Rotation { get; init; } = [0, 0, 0, 1];

    /// <summary>Mass [kg].</summary>
    public double Mass { get; init; }

    /// <summary>Center of mass in the link's frame.</summary>
    public double[] CenterOfMass { get; init; } = [0, 0, 0];

    /// <summary>Inertia about the center of mass in the link's axes: xx, yy, zz, xy, xz, yz [kg m^2].</summary>
    public double[] Inertia { get; init; } = [0, 0, 0, 0, 0, 0];

    /// <summary>Inertia of the drive, added to the diagonal of the mass matrix.</summary>
    public double Armature { get; init; }

    /// <summary>Spring towards coordinate 0 [N/m or N m/rad].</summary>
    public double Stiffness { get; init; }

    /// <summary>Damping of the joint.</summary>
    public double Damping { get; init; }

    /// <summary>Lower and upper limit of the coordinate; left out where there is none.</summary>
    public double[]? Limits { get; init; }

    /// <summary>Spring beyond a limit.</summary>
    public double LimitStiffness { get; init; }

    /// <summary>Damping that the suite adds with its limits; it acts within them too.</summary>
    public double LimitDamping { get; init; }
}
