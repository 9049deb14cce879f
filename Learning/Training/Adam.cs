using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MbMix.Learning;

/// <summary>
/// The Adam optimizer for the parameters of a <see cref="ParameterSet"/>, with clipping of the global gradient norm in
/// the same pass. The formulas are those of PyTorch. A step whose gradient is not finite is skipped and counted.
/// </summary>
public sealed class Adam : ICheckpointed
{
    private readonly ParameterSet parameters;
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly float[] first;
    private readonly float[] second;
    private long steps;
    private long skipped;

    /// <summary>Creates an optimizer with zero moments.</summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="beta1">Decay rate of the first moment.</param>
    /// <param name="beta2">Decay rate of the second moment.</param>
    /// <param name="epsilon">Added to the square root of the second moment.</param>
    public Adam(ParameterSet parameters, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        this.parameters = parameters;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        first = new float[parameters.Values.Length];
        second = new float[parameters.Values.Length];
    }

    /// <summary>Number of steps taken.</summary>
    public long Steps => steps;

    /// <summary>Number of steps skipped because the gradient was not finite.</summary>
    public long Skipped => skipped;

    /// <summary>Takes one step along the accumulated gradients, then zeroes them.</summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="maxNorm">Norm above which the whole gradient is clipped; infinity for no clipping.</param>
    public UpdateReport Step(double learningRate, double maxNorm = double.PositiveInfinity)
    {
        Span<float> gradient = parameters.Gradients;
        double norm = Math.Sqrt(SquaredNorm(gradient));
        if (!double.IsFinite(norm))
        {
            skipped++;
            gradient.Clear();
            return new UpdateReport(norm, false, true);
        }
        // PyTorch adds the same small constant
        double clip = Math.Min(1.0, maxNorm / (norm + 1e-6));
        steps++;
        Move(parameters.Values, gradient, (float)clip, learningRate);
        gradient.Clear();
        return new UpdateReport(norm, clip < 1, false);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<float>("first_moment", first);
        writer.Write<float>("second_moment", second);
        writer.Write<long>("steps", [steps, skipped]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        reader.Read<float>("first_moment").CopyTo(first, 0);
        reader.Read<float>("second_moment").CopyTo(second, 0);
        var counts = reader.Read<long>("steps");
        (steps, skipped) = (counts[0], counts[1]);
    }

    // both loops matter from the first step: waiting for tiered compilation would slow the first seconds down several
    // times
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double SquaredNorm(ReadOnlySpan<float> gradient)
    {
        // widen before squaring: float squares overflow from 1e19 on, and double sums do not lose the small terms
        // four partial sums on every machine, whatever its vectors are
        var sum = Vector256<double>.Zero;
        int i = 0;
        for (; i <= gradient.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(gradient[i..]));
            sum += low * low + high * high;
        }
        double total = Vector256.Sum(sum);
        for (; i < gradient.Length; i++) total += (double)gradient[i] * gradient[i];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(Span<float> values, ReadOnlySpan<float> gradient, float clip, double learningRate)
    {
        float b1 = (float)beta1, c1 = (float)(1 - beta1), b2 = (float)beta2, c2 = (float)(1 - beta2),
            eps = (float)epsilon;
        float size = (float)(learningRate / (1 - Math.Pow(beta1, steps)));
        float root = (float)Math.Sqrt(1 - Math.Pow(beta2, steps));
        Span<float> m = first, v = second;
        int i = 0, width = Vector<float>.Count;
        for (; i <= values.Length - width; i += width)
        {
            var g = new Vector<float>(gradient[i..]) * clip;
            var mi = new Vector<float>(m[i..]) * b1 + g * c1;
            var vi = new Vector<float>(v[i..]) * b2 + g * g * c2;
            mi.CopyTo(m[i..]);
            vi.CopyTo(v[i..]);
            var denominator = Vector.SquareRoot(vi) / new Vector<float>(root) + new Vector<float>(eps);
            (new Vector<float>(values[i..]) - mi * size / denominator).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            float g = gradient[i] * clip;
            m[i] = m[i] * b1 + g * c1;
            v[i] = v[i] * b2 + g * g * c2;
            values[i] -= m[i] * size / (MathF.Sqrt(v[i]) / root + eps);
        }
    }
}
