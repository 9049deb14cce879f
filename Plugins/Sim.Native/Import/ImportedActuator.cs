namespace MbMix.Sim.Native;

/// <summary>
/// An actuator of a model: its force is gain times control plus bias, both affine in the length and velocity of its
/// transmission.
/// </summary>
internal sealed record ImportedActuator
{
    public required string Name { get; init; }

    /// <summary>Index of the joint that it drives; -1 if it drives a site.</summary>
    public int Joint { get; init; } = -1;

    /// <summary>Index of the site that it pushes and turns; -1 if it drives a joint.</summary>
    public int Site { get; init; } = -1;

    /// <summary>Whether the axes of a ball joint are those of the parent instead of its own.</summary>
    public bool InParent { get; init; }

    /// <summary>
    /// Force or torque of the joint per unit of force, or the force and torque at the site, six values.
    /// </summary>
    public required double[] Gear { get; init; }

    /// <summary>Gain: constant, per length, per velocity.</summary>
    public required double[] Gain { get; init; }

    /// <summary>Bias: constant, per length, per velocity.</summary>
    public required double[] Bias { get; init; }

    /// <summary>Limits of the control; null if it has none.</summary>
    public double[]? ControlRange { get; init; }

    /// <summary>Limits of the force; null if it has none.</summary>
    public double[]? ForceRange { get; init; }
}
