namespace MbMix.TestKit;

/// <summary>How derivatives are compared with central differences.</summary>
/// <param name="Step">Step of the differences.</param>
/// <param name="Tolerance">Largest relative error of a derivative.</param>
/// <param name="Smooth">Largest relative difference between differences of one and two steps of a smooth map.</param>
/// <param name="Corner">Largest relative difference between the two one-sided differences of a smooth map.</param>
/// <param name="Rounding">Relative rounding error of a value.</param>
internal sealed record DifferenceSettings(
    double Step, double Tolerance, double Smooth, double Corner, double Rounding)
{
    /// <summary>What an environment's type and its own promise allow.</summary>
    public static DifferenceSettings Of(EnvSpec spec)
    {
        var exact = spec.StateType == torch.ScalarType.Float64
            ? new DifferenceSettings(1e-6, 1e-5, 1e-5, 1e-2, 4e-15)
            : new DifferenceSettings(5e-3, 0.03, 0.02, 0.2, 5e-7);
        if (spec.Gradient.Kind != GradientKind.FiniteDifference) return exact;
        // differences of our own and the environment's are both off by what it promises
        double promised = 3 * spec.Gradient.Tolerance;
        return exact with
        {
            Step = Math.Max(exact.Step, 1e-5),
            Tolerance = Math.Max(exact.Tolerance, promised),
            Smooth = Math.Max(exact.Smooth, promised),
        };
    }
}
