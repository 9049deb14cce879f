namespace MbMix.Studies.GradientVariance;

/// <summary>
/// Mean and covariance trace of a stream of gradients. The first half of the stream defines the reference direction,
/// and the second half is compared with it, so that no gradient is compared with itself.
/// </summary>
internal sealed class GradientMoments(int draws)
{
    private readonly int half = draws / 2;
    private double[] mean = [];
    private double[] squares = [];
    private double[] reference = [];
    private double cosines;
    private int compared;
    private int count;

    /// <summary>Number of gradients that were not finite and were left out.</summary>
    public int Dropped { get; private set; }

    /// <summary>The mean gradient of the first half.</summary>
    public ReadOnlySpan<double> Reference => reference;

    /// <summary>Adds a gradient.</summary>
    public void Add(int draw, ReadOnlySpan<float> gradient)
    {
        if (mean.Length == 0) (mean, squares) = (new double[gradient.Length], new double[gradient.Length]);
        if (draw == half) reference = [.. mean];
        foreach (float g in gradient)
        {
            if (float.IsFinite(g)) continue;
            Dropped++;
            return;
        }
        if (draw >= half)
        {
            cosines += Cosine(gradient, reference);
            compared++;
        }
        count++;
        for (int i = 0; i < mean.Length; i++)
        {
            // Welford's algorithm
            double delta = gradient[i] - mean[i];
            mean[i] += delta / count;
            squares[i] += delta * (gradient[i] - mean[i]);
        }
    }

    /// <summary>Trace of the covariance of a single gradient.</summary>
    public double Trace => squares.Sum() / (count - 1);

    /// <summary>
    /// Unbiased estimate of the squared norm of the true mean: that of the sample mean, minus what noise adds to it. It
    /// can be negative if the mean is lost in noise.
    /// </summary>
    public double SquaredMean => mean.Sum(m => m * m) - (Trace / count);

    /// <summary>Mean cosine between gradients of the second half and the mean gradient of the first half.</summary>
    public double MeanCosine => cosines / Math.Max(1, compared);

    /// <summary>Computes the cosine between two directions; 0 if one of them is zero.</summary>
    public static double Cosine(ReadOnlySpan<float> gradient, ReadOnlySpan<double> direction)
    {
        double dot = 0, a = 0, b = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            dot += gradient[i] * direction[i];
            a += (double)gradient[i] * gradient[i];
            b += direction[i] * direction[i];
        }
        return a > 0 && b > 0 ? dot / Math.Sqrt(a * b) : 0;
    }
}
