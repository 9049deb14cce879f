using System.ComponentModel.DataAnnotations;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options that the tasks of the humanoid have in common.</summary>
public abstract class HumanoidBodyOptions : MuJoCoOptions
{
    /// <summary>Weight of the control cost, the sum of squared actions. Default 0.1.</summary>
    [Range(0, 1e9)]
    public double CtrlCostWeight { get; set; } = 0.1;

    /// <summary>Scale of the random perturbation of the start state. Default 1e-2.</summary>
    [Range(0, 10)]
    public double ResetNoiseScale { get; set; } = 1e-2;

    /// <summary>Leave the horizontal position of the root out of the observation. Default true.</summary>
    public bool ExcludeCurrentPositionsFromObservation { get; set; } = true;

    /// <summary>Include the bodies' inertias and masses in the observation. Default true.</summary>
    public bool IncludeCinertInObservation { get; set; } = true;

    /// <summary>Include the bodies' velocities in the observation. Default true.</summary>
    public bool IncludeCvelInObservation { get; set; } = true;

    /// <summary>Include the actuators' forces in the observation. Default true.</summary>
    public bool IncludeQfrcActuatorInObservation { get; set; } = true;

    /// <summary>
    /// Include the external forces on the bodies, contacts among them, in the observation. Default true.
    /// </summary>
    public bool IncludeCfrcExtInObservation { get; set; } = true;
}
