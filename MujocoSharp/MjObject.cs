namespace MujocoSharp;

/// <summary>Kinds of named objects.</summary>
public enum MjObject
{
    /// <summary>A body.</summary>
    Body,

    /// <summary>A joint.</summary>
    Joint,

    /// <summary>A geom.</summary>
    Geom,

    /// <summary>A site.</summary>
    Site,

    /// <summary>A camera.</summary>
    Camera,

    /// <summary>A light.</summary>
    Light,

    /// <summary>A mesh.</summary>
    Mesh,

    /// <summary>A height field.</summary>
    HField,

    /// <summary>A texture.</summary>
    Texture,

    /// <summary>A material.</summary>
    Material,

    /// <summary>A pair of geoms whose contacts are computed.</summary>
    Pair,

    /// <summary>A pair of bodies whose contacts are left out.</summary>
    Exclude,

    /// <summary>An equality constraint.</summary>
    Equality,

    /// <summary>A tendon.</summary>
    Tendon,

    /// <summary>An actuator.</summary>
    Actuator,

    /// <summary>A sensor.</summary>
    Sensor,

    /// <summary>A custom numeric field.</summary>
    Numeric,

    /// <summary>A custom text field.</summary>
    Text,

    /// <summary>A custom tuple.</summary>
    Tuple,

    /// <summary>A keyframe.</summary>
    Key,
}
