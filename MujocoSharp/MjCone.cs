namespace MujocoSharp;

/// <summary>Shape of the friction cones.</summary>
public enum MjCone
{
    /// <summary>Pyramids.</summary>
    Pyramidal,

    /// <summary>Ellipses.</summary>
    Elliptic,
}
