namespace MbMix.Simulation;

/// <summary>How a joint moves.</summary>
public enum RobotJointKind
{
    /// <summary>About an axis; the position is an angle [rad].</summary>
    Hinge,

    /// <summary>Along an axis; the position is a displacement [m].</summary>
    Slide,

    /// <summary>About a point; the position is a unit quaternion, w first.</summary>
    Ball,

    /// <summary>Freely; the position is a point [m] and a unit quaternion, w first.</summary>
    Free,
}

/// <summary>Sizes of joints.</summary>
public static class RobotJointKinds
{
    /// <summary>Number of position components.</summary>
    public static int Positions(this RobotJointKind kind) => kind switch
    {
        RobotJointKind.Free => 7,
        RobotJointKind.Ball => 4,
        _ => 1,
    };

    /// <summary>Number of velocity components.</summary>
    public static int Velocities(this RobotJointKind kind) => kind switch
    {
        RobotJointKind.Free => 6,
        RobotJointKind.Ball => 3,
        _ => 1,
    };
}
