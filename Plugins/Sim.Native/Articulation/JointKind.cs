namespace MbMix.Sim.Native;

/// <summary>How a link moves against its parent.</summary>
internal enum JointKind
{
    /// <summary>Not at all.</summary>
    Fixed,

    /// <summary>Along an axis; coordinate in m.</summary>
    Prismatic,

    /// <summary>About an axis; coordinate in rad.</summary>
    Revolute,

    /// <summary>About a point: a unit quaternion (x, y, z, w) and the angular velocity in the joint frame.</summary>
    Ball,

    /// <summary>
    /// Freely: position and unit quaternion (x, y, z, w); the velocity is the spatial twist about the world origin, angular part first.
    /// </summary>
    Free,
}

internal static class JointKinds
{
    /// <summary>Components of the position.</summary>
    public static int Positions(this JointKind kind) => kind switch { JointKind.Fixed => 0, JointKind.Ball => 4, JointKind.Free => 7, _ => 1 };

    /// <summary>Components of the velocity.</summary>
    public static int Velocities(this JointKind kind) => kind switch { JointKind.Fixed => 0, JointKind.Ball => 3, JointKind.Free => 6, _ => 1 };
}
