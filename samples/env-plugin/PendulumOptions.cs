using System.ComponentModel.DataAnnotations;

namespace Samples.Pendulum;

/// <summary>The options that <c>--set env.key=value</c> sets.</summary>
public sealed class PendulumOptions
{
    /// <summary>Largest torque of the motor [N m]. Holding the rod horizontal takes 9.81. Default 5.</summary>
    [Range(0.1, 100)]
    public double Torque { get; set; } = 5;

    /// <summary>Viscous friction of the joint [N m s]. Default 0.1.</summary>
    [Range(0, 10)]
    public double Damping { get; set; } = 0.1;
}
