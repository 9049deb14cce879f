using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MbMix.Learning;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// The LaProp optimizer (Ziyin et al. 2020): like Adam, but gradients are divided by their deviation first and averaged
/// then. Before that, the gradient of each parameter is scaled down to a share of the parameter's own norm (adaptive
/// gradient clipping, Brock et al. 2021).
/// </summary>
internal sealed class LaProp : ICheckpointed
{
    private const double Beta1 = 0.9, Beta2 = 0.999, SmallestNorm = 1e-3;
    private const float Epsilon = 1e-20f;

    private readonly ParameterSet parameters;
    private readonly double clipping;
    private readonly int[] offsets;
    private readonly float[] first;
    private readonly float[] second;

    /// <summary>Creates an optimizer with zero moments.</summary>
    /// <param name="parameters">The parameters to train.</param>
    /// <param name="clipping">Largest norm of a gradient as a share of the parameter's norm.</param>
    public LaProp(ParameterSet parameters, double clipping)
    {
        (this.parameters, this.clipping) = (parameters, clipping);
        offsets = new int[parameters.Count];
        for (int i = 0; i < offsets.Length; i++) parameters.Values.Overlaps(parameters[i], out offsets[i]);
        first = new float[parameters.Values.Length];
        second = new float[parameters.Values.Length];
    }

    /// <summary>Number of steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Squared norm of the gradient.</summary>
    public double SquaredNorm() => SquaredNorm(parameters.Gradients);

    /// <summary>Takes one step along the accumulated gradients, then zeroes them.</summary>
    /// <param name="learningRate">Learning rate.</param>
    public void Step(double learningRate)
    {
        Steps++;
        float size = (float)(learningRate / (1 - Math.Pow(Beta1, Steps)));
        float root = (float)Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        Span<float> gradients = parameters.Gradients, m = first, v = second, values = parameters.Values;
        for (int i = 0; i < parameters.Count; i++)
        {
            var (at, count) = (offsets[i], parameters.Shapes[i].Size);
            float clip = (float)Clip(parameters[i], gradients.Slice(at, count), clipping);
            Move(
                values.Slice(at, count), gradients.Slice(at, count), m.Slice(at, count), v.Slice(at, count), clip, size,
                root);
        }
        gradients.Clear();
    }

    /// <summary>The factor that scales a gradient down.</summary>
    internal static double Clip(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, double clipping)
    {
        double most = clipping * Math.Max(SmallestNorm, Math.Sqrt(SquaredNorm(values)));
        return 1 / Math.Max(1, Math.Sqrt(SquaredNorm(gradient)) / most);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<float>("first_moment", first);
        writer.Write<float>("second_moment", second);
        writer.Write<long>("steps", [Steps]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        reader.Read<float>("first_moment").CopyTo(first, 0);
        reader.Read<float>("second_moment").CopyTo(second, 0);
        Steps = reader.Read<long>("steps")[0];
    }

    private static double SquaredNorm(ReadOnlySpan<float> values)
    {
        var sum = Vector256<double>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(values[i..]));
            sum += low * low + high * high;
        }
        double total = Vector256.Sum(sum);
        for (; i < values.Length; i++) total += (double)values[i] * values[i];
        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(
        Span<float> values, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, float clip, float size,
        float root)
    {
        const float b1 = (float)Beta1, c1 = (float)(1 - Beta1), b2 = (float)Beta2, c2 = (float)(1 - Beta2);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var g = Vector256.Create(gradient[i..]) * clip;
            var vi = Vector256.Create(v[i..]) * b2 + g * g * c2;
            vi.CopyTo(v[i..]);
            var u = g / (Vector256.Sqrt(vi) / Vector256.Create(root) + Vector256.Create(Epsilon));
            var mi = Vector256.Create(m[i..]) * b1 + u * c1;
            mi.CopyTo(m[i..]);
            (Vector256.Create(values[i..]) - mi * size).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            float g = gradient[i] * clip;
            v[i] = (v[i] * b2) + (g * g * c2);
            m[i] = (m[i] * b1) + (g / ((MathF.Sqrt(v[i]) / root) + Epsilon) * c1);
            values[i] -= m[i] * size;
        }
    }
}
