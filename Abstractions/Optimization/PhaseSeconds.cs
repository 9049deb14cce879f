namespace MbMix;

/// <summary>Wall-clock seconds of one iteration by phase.</summary>
/// <param name="Simulation">The environment, forward and backward.</param>
/// <param name="Networks">Networks and losses, forward and backward.</param>
/// <param name="Optimizer">Gradient clipping and parameter updates.</param>
/// <param name="Total">The whole iteration, including whatever no phase accounts for.</param>
public readonly record struct PhaseSeconds(double Simulation, double Networks, double Optimizer, double Total)
{
    /// <summary>
    /// The part of <see cref="Simulation"/> spent on derivatives: adjoints, vector-Jacobian products and Jacobians.
    /// </summary>
    public double Derivatives { get; init; }

    /// <summary>
    /// Fitting a dynamics model and rolling it out; the backward pass through its rollouts counts as
    /// <see cref="Networks"/>.
    /// </summary>
    public double Model { get; init; }
}
