namespace MujocoSharp;

/// <summary>Types of joints.</summary>
public enum MjJointType
{
    /// <summary>Free: 7 positions (point, then quaternion with w first), 6 velocities.</summary>
    Free,

    /// <summary>Ball: 4 positions (quaternion with w first), 3 velocities.</summary>
    Ball,

    /// <summary>Slide: 1 position [m].</summary>
    Slide,

    /// <summary>Hinge: 1 position [rad].</summary>
    Hinge,
}
