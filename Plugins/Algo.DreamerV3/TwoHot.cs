using MbMix.Numerics;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Numbers of any size as distributions over 255 bins: a number is encoded by the two bins around it, and a
/// distribution stands for its mean.
/// </summary>
/// <param name="bins">How the bins are spaced.</param>
internal sealed class TwoHot(TwoHotBins bins)
{
    /// <summary>Number of bins.</summary>
    public const int Count = 255;

    private const int Middle = Count / 2;
    private const double Limit = 20;

    private readonly double[] positions = Positions(bins);

    /// <summary>Position of a bin; with uniform bins, in symlog space.</summary>
    public double this[int bin] => positions[bin];

    /// <summary>The two bins around a number: the lower one, and the share of the upper one.</summary>
    public (int Bin, float Upper) Encode(float number)
    {
        double x = bins == TwoHotBins.Uniform ? Formulas.Symlog(number) : number;
        if (!(x > positions[0])) return (0, 0);
        if (x >= positions[^1]) return (Count - 2, 1);
        int bin = Array.BinarySearch(positions, x);
        if (bin < 0) bin = ~bin - 1;
        return (bin, (float)((x - positions[bin]) / (positions[bin + 1] - positions[bin])));
    }

    /// <summary>The numbers that distributions stand for, without gradients.</summary>
    /// <param name="logits">Logits <c>[N, 255]</c>.</param>
    /// <returns>Numbers <c>[N]</c>.</returns>
    public Tensor Mean(Tensor logits)
    {
        using var dense = logits.detach().contiguous();
        var means = TensorSpans.Empty(dense.shape[0]);
        ReadOnlySpan<float> from = dense.Values<float>();
        Span<float> to = means.Values<float>();
        Span<float> weights = stackalloc float[Count];
        for (int row = 0; row < to.Length; row++)
        {
            float sum = TwoHotLoss.Exponentials(from.Slice(row * Count, Count), weights, out _);
            // pairs of bins are opposite numbers, so that equal weights give exactly 0
            double mean = 0;
            for (int i = 1; i <= Middle; i++)
                mean += positions[Middle + i] * ((double)weights[Middle + i] - weights[Middle - i]);
            mean /= sum;
            to[row] = (float)(bins == TwoHotBins.Uniform ? Formulas.Symexp(mean) : mean);
        }
        return means;
    }

    /// <summary>Cross entropy of distributions to the encoding of numbers, differentiable in the logits.</summary>
    /// <param name="logits">Logits <c>[N, 255]</c>.</param>
    /// <param name="numbers">Numbers <c>[N]</c>.</param>
    /// <returns>Losses <c>[N]</c>.</returns>
    public Tensor Loss(Tensor logits, Tensor numbers)
    {
        using var dense = numbers.detach().contiguous();
        return new TwoHotLoss(this, dense.Values<float>()).Apply(logits)[0];
    }

    private static double[] Positions(TwoHotBins bins)
    {
        var positions = new double[Count];
        for (int i = 1; i <= Middle; i++)
        {
            double x = Limit * i / Middle;
            positions[Middle + i] = bins == TwoHotBins.Uniform ? x : Formulas.Symexp(x);
            positions[Middle - i] = -positions[Middle + i];
        }
        return positions;
    }
}
