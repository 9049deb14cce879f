using System.ComponentModel.DataAnnotations;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the tasks with the biped Bruce.</summary>
public sealed class BruceOptions : TracedEnvOptions
{
    /// <summary>
    /// Whether episodes start at random around the start pose, as in training, instead of exactly there and at rest.
    /// Default true.
    /// </summary>
    public bool RandomStart { get; set; } = true;

    /// <summary>
    /// What actions mean: angles, torques, or motorTorques, those of the motors behind differential and parallelogram.
    /// Default angles.
    /// </summary>
    public BruceActions Actions { get; set; } = BruceActions.Angles;

    /// <summary>Angle of a joint from the start pose at action 1, if actions are angles [rad]. Default 0.5.</summary>
    [Range(0.01, 3.0)]
    public double ActionAngle { get; set; } = 0.5;

    /// <summary>Speed above which running faster is not rewarded [m/s]. Default 2.5.</summary>
    [Range(0.0, 100.0)]
    public double TopSpeed { get; set; } = 2.5;

    /// <summary>
    /// Rotor inertia of a motor as seen by its joint [kg m^2]. Default 0.00182, the maker's; another public model has
    /// 0.0182.
    /// </summary>
    [Range(1e-4, 1.0)]
    public double Armature { get; set; } = 0.00182;
}
