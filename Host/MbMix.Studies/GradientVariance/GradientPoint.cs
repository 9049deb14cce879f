namespace MbMix.Studies.GradientVariance;

/// <summary>What was found at one lambda and H, with one policy, critic and set of states.</summary>
internal sealed record GradientPoint(
    int Seed, int Iteration, int Horizon, double Lambda, double Trace, double SquaredMean, double Cosine, double CosineToShac, int Dropped)
{
    /// <summary>Variance relative to the squared mean; NaN where the mean cannot be told from zero.</summary>
    public double Relative => SquaredMean > 0 ? Trace / SquaredMean : double.NaN;
}
