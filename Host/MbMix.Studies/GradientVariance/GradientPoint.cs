namespace MbMix.Studies.GradientVariance;

/// <summary>Results for one lambda and H, with one policy, critic and set of states.</summary>
internal sealed record GradientPoint(
    int Seed, int Iteration, int Horizon, double Lambda, double Trace, double SquaredMean, double Cosine,
    double CosineToShac, int Dropped)
{
    /// <summary>Variance relative to the squared mean; NaN if the mean cannot be distinguished from zero.</summary>
    public double Relative => SquaredMean > 0 ? Trace / SquaredMean : double.NaN;
}
