namespace MbMix;

/// <summary>Wall-clock seconds of one iteration by part.</summary>
/// <param name="Simulation">Environment forward and adjoint.</param>
/// <param name="Networks">Networks and losses, forward and backward.</param>
/// <param name="Optimizer">Gradient clipping and parameter updates.</param>
/// <param name="Total">The whole iteration; what the parts leave is the rest.</param>
public readonly record struct PhaseSeconds(double Simulation, double Networks, double Optimizer, double Total);
