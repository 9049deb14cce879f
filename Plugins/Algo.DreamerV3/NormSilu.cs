using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// RMSNorm with a gain, followed by SiLU, as one autograd node: u = g x / sqrt(mean(x^2) + eps), y = u sigmoid(u). As
/// torch operations it would be seven nodes and as many passes over memory.
/// </summary>
internal sealed class NormSilu : CustomFunction
{
    private const float Epsilon = 1e-4f;

    /// <summary>Applies the function.</summary>
    /// <param name="x">Input <c>[N, n]</c>.</param>
    /// <param name="gain">Gain <c>[n]</c>.</param>
    public static Tensor Of(Tensor x, Tensor gain) => new NormSilu().Apply(x, gain)[0];

    /// <summary>The gradient of the input; that of the gain is added.</summary>
    /// <param name="x">Input <c>[N, n]</c>.</param>
    /// <param name="gain">Gain <c>[n]</c>.</param>
    /// <param name="dy">Gradient of the output.</param>
    /// <param name="dGain">Receives the gradient of the gain.</param>
    public static Tensor Pullback(Tensor x, Tensor gain, Tensor dy, Tensor dGain)
    {
        var dx = torch.empty_like(x);
        Pullback(
            x.Values<float>(), gain.Values<float>(), dy.Values<float>(), dx.Values<float>(), dGain.Values<float>());
        return dx;
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        Tensor x = inputs[0].detach().contiguous(), gain = inputs[1].detach();
        var y = torch.empty_like(x);
        Activate(x.Values<float>(), gain.Values<float>(), y.Values<float>());
        if (keep) Keep(x, gain);
        return [y];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var dGain = torch.zeros_like(kept[1]);
        return [Pullback(kept[0], kept[1], gradients[0]!, dGain), dGain];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(ReadOnlySpan<float> xs, ReadOnlySpan<float> gain, Span<float> ys)
    {
        int n = gain.Length, width = Vector256<float>.Count;
        for (int row = 0; row < xs.Length; row += n)
        {
            ReadOnlySpan<float> x = xs.Slice(row, n);
            Span<float> y = ys.Slice(row, n);
            float scale = Scale(x);
            int i = 0;
            for (; i <= n - width; i += width)
            {
                var u = Vector256.Create(x[i..]) * scale * Vector256.Create(gain[i..]);
                (u * Sigmoid(u)).CopyTo(y[i..]);
            }
            for (; i < n; i++)
            {
                float u = x[i] * scale * gain[i];
                y[i] = u / (1 + MathF.Exp(-u));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pullback(
        ReadOnlySpan<float> xs, ReadOnlySpan<float> gain, ReadOnlySpan<float> dys, Span<float> dxs, Span<float> dGain)
    {
        int n = gain.Length, width = Vector256<float>.Count;
        for (int row = 0; row < xs.Length; row += n)
        {
            ReadOnlySpan<float> x = xs.Slice(row, n), dy = dys.Slice(row, n);
            Span<float> dx = dxs.Slice(row, n);
            float scale = Scale(x), along = 0;
            var sum = Vector256<float>.Zero;
            int i = 0;
            for (; i <= n - width; i += width)
            {
                var unit = Vector256.Create(x[i..]) * scale;
                var g = Vector256.Create(gain[i..]);
                Vector256<float> u = unit * g, s = Sigmoid(u);
                var du = Vector256.Create(dy[i..]) * s * (Vector256<float>.One + u * (Vector256<float>.One - s));
                (Vector256.Create(dGain[i..]) + du * unit).CopyTo(dGain[i..]);
                du *= g;
                sum += du * unit;
                du.CopyTo(dx[i..]);
            }
            along = Vector256.Sum(sum);
            for (; i < n; i++)
            {
                float unit = x[i] * scale, u = unit * gain[i], s = 1 / (1 + MathF.Exp(-u));
                float du = dy[i] * s * (1 + (u * (1 - s)));
                dGain[i] += du * unit;
                dx[i] = du * gain[i];
                along += dx[i] * unit;
            }
            float back = along / n * scale * scale;
            for (i = 0; i <= n - width; i += width)
                (Vector256.Create(dx[i..]) * scale - Vector256.Create(x[i..]) * back).CopyTo(dx[i..]);
            for (; i < n; i++) dx[i] = (dx[i] * scale) - (x[i] * back);
        }
    }

    private static float Scale(ReadOnlySpan<float> x)
    {
        var sum = Vector256<float>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var v = Vector256.Create(x[i..]);
            sum += v * v;
        }
        float total = Vector256.Sum(sum);
        for (; i < x.Length; i++) total += x[i] * x[i];
        return 1 / MathF.Sqrt((total / x.Length) + Epsilon);
    }

    private static Vector256<float> Sigmoid(Vector256<float> u) =>
        Vector256<float>.One / (Vector256<float>.One + Exponential.Of(-u));
}
