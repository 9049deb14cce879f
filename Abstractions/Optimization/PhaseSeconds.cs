namespace MbMix;

/// <summary>Wall-clock seconds of one iteration by part.</summary>
/// <param name="Simulation">Environment forward and adjoint.</param>
/// <param name="Networks">Networks and losses, forward and backward.</param>
/// <param name="Optimizer">Gradient clipping and parameter updates.</param>
/// <param name="Total">The whole iteration; what the parts leave is the rest.</param>
public readonly record struct PhaseSeconds(double Simulation, double Networks, double Optimizer, double Total)
{
    /// <summary>The part of <see cref="Simulation"/> that went into derivatives: adjoint, vector-Jacobian products, Jacobians.</summary>
    public double Derivatives { get; init; }

    /// <summary>Fitting a dynamics model and rolling it out; the backward pass through it counts as <see cref="Networks"/>.</summary>
    public double Model { get; init; }
}
