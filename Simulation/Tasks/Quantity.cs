namespace MbMix.Simulation;

/// <summary>A number that a simulator computes for a task.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">Index of the component, body, site, sensor value, actuator or tendon, by its kind.</param>
/// <param name="Axis">Component of a vector, 0 to 2; 0 where there is only one.</param>
public readonly record struct Quantity(QuantityKind Kind, int Index, int Axis = 0);

/// <summary>What a task can read from a simulator.</summary>
public enum QuantityKind
{
    /// <summary>Component <c>Index</c> of the positions.</summary>
    Position,

    /// <summary>Component <c>Index</c> of the velocities.</summary>
    Velocity,

    /// <summary>Component <c>Index</c> of the activations.</summary>
    Activation,

    /// <summary>Position of a body's origin in the world [m].</summary>
    BodyPosition,

    /// <summary>
    /// How upright a body is, from -1 to 1: the vertical component of the world's vertical axis, turned as the body has
    /// turned since the start state.
    /// </summary>
    BodyUp,

    /// <summary>Velocity of a body's origin, in world axes [m/s].</summary>
    BodyVelocity,

    /// <summary>Angular velocity of a body, in world axes [rad/s].</summary>
    BodyAngularVelocity,

    /// <summary>Position of a site in the world [m].</summary>
    SitePosition,

    /// <summary>Center of mass of all bodies in the world [m].</summary>
    Center,

    /// <summary>Value <c>Index</c> of the sensors.</summary>
    Sensor,

    /// <summary>Force or torque of an actuator.</summary>
    ActuatorForce,

    /// <summary>Length of a tendon.</summary>
    TendonLength,

    /// <summary>Velocity of a tendon.</summary>
    TendonVelocity,

    /// <summary>Magnitude of the contact force on a body [N].</summary>
    ContactForce,
}
