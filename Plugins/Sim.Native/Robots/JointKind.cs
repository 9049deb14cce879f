namespace MbMix.Sim.Native;

/// <summary>How a link can move relative to its parent.</summary>
internal enum JointKind
{
    /// <summary>Not at all.</summary>
    Fixed,

    /// <summary>Along an axis; the coordinate is a displacement [m].</summary>
    Prismatic,

    /// <summary>About an axis; the coordinate is an angle [rad].</summary>
    Revolute,

    /// <summary>
    /// About a point: the position is a unit quaternion (x, y, z, w), the velocity the angular velocity in the joint
    /// frame.
    /// </summary>
    Ball,

    /// <summary>
    /// Freely: the position is that of the link's origin and a unit quaternion (x, y, z, w), the velocity the spatial
    /// twist about the world origin, angular part first.
    /// </summary>
    Free,
}

internal static class JointKinds
{
    /// <summary>Number of position components.</summary>
    public static int Positions(this JointKind kind) => kind switch
    {
        JointKind.Fixed => 0,
        JointKind.Ball => 4,
        JointKind.Free => 7,
        _ => 1,
    };

    /// <summary>Number of velocity components.</summary>
    public static int Velocities(this JointKind kind) => kind switch
    {
        JointKind.Fixed => 0,
        JointKind.Ball => 3,
        JointKind.Free => 6,
        _ => 1,
    };
}
