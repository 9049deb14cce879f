using System.ComponentModel.DataAnnotations;

namespace Samples.Pendulum;

/// <summary>What can be set with <c>--set env.key=value</c>.</summary>
public sealed class PendulumOptions
{
    /// <summary>Largest torque [N m]. Holding the rod level takes 9.81. Default 5.</summary>
    [Range(0.1, 100)]
    public double Torque { get; set; } = 5;

    /// <summary>Friction of the joint [N m s]. Default 0.1.</summary>
    [Range(0, 10)]
    public double Damping { get; set; } = 0.1;
}
