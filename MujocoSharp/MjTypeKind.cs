namespace MujocoSharp;

/// <summary>Things in a model that have a type which is a number of the library.</summary>
public enum MjTypeKind
{
    /// <summary>What a sensor measures.</summary>
    Sensor,

    /// <summary>Shape of a geom.</summary>
    Geom,

    /// <summary>What an equality constraint ties together.</summary>
    Equality,

    /// <summary>How an actuator's activation follows its control.</summary>
    ActuatorDynamics,

    /// <summary>How an actuator's force depends on its control or activation.</summary>
    ActuatorGain,

    /// <summary>How an actuator's force depends on its length and velocity.</summary>
    ActuatorBias,

    /// <summary>What an actuator acts on.</summary>
    ActuatorTransmission,
}
