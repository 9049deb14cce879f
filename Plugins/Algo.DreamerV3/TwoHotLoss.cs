using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>Cross entropy of logits to two-hot targets, as one autograd node without dense targets.</summary>
internal sealed class TwoHotLoss : CustomFunction
{
    private readonly int[] bins;
    private readonly float[] uppers;

    /// <summary>Encodes the targets.</summary>
    /// <param name="code">The encoding.</param>
    /// <param name="targets">One number per row of logits.</param>
    public TwoHotLoss(TwoHot code, ReadOnlySpan<float> targets)
    {
        (bins, uppers) = (new int[targets.Length], new float[targets.Length]);
        for (int i = 0; i < targets.Length; i++) (bins[i], uppers[i]) = code.Encode(targets[i]);
    }

    /// <summary>The exponentials of logits, scaled so that the largest is 1.</summary>
    /// <param name="logits">Logits.</param>
    /// <param name="exponentials">Receives them.</param>
    /// <param name="most">The largest logit.</param>
    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Exponentials(ReadOnlySpan<float> logits, Span<float> exponentials, out float most)
    {
        int n = logits.Length, width = Vector256<float>.Count, i = 0;
        var largest = Vector256.Create(logits[0]);
        for (; i <= n - width; i += width) largest = Vector256.Max(largest, Vector256.Create(logits[i..]));
        most = logits[0];
        for (int k = 0; k < width; k++) most = MathF.Max(most, largest[k]);
        for (; i < n; i++) most = MathF.Max(most, logits[i]);
        var sums = Vector256<float>.Zero;
        for (i = 0; i <= n - width; i += width)
        {
            var e = Exponential.Of(Vector256.Create(logits[i..]) - Vector256.Create(most));
            sums += e;
            e.CopyTo(exponentials[i..]);
        }
        // the rest once more as a whole vector, for the same rounding in every bin
        if (i < n && n >= width)
        {
            var e = Exponential.Of(Vector256.Create(logits[(n - width)..]) - Vector256.Create(most));
            e.CopyTo(exponentials[(n - width)..]);
        }
        else
        {
            for (int k = i; k < n; k++) exponentials[k] = MathF.Exp(logits[k] - most);
        }
        float sum = Vector256.Sum(sums);
        for (; i < n; i++) sum += exponentials[i];
        return sum;
    }

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var logits = inputs[0].detach().contiguous();
        var losses = TensorSpans.Empty(bins.Length);
        ReadOnlySpan<float> from = logits.Values<float>();
        Span<float> to = losses.Values<float>();
        Span<float> scratch = stackalloc float[TwoHot.Count];
        for (int row = 0; row < bins.Length; row++)
        {
            var l = from.Slice(row * TwoHot.Count, TwoHot.Count);
            float sum = Exponentials(l, scratch, out float most);
            int bin = bins[row];
            to[row] = most + MathF.Log(sum) - (((1 - uppers[row]) * l[bin]) + (uppers[row] * l[bin + 1]));
        }
        if (keep) Keep(logits);
        else logits.Dispose();
        return [losses];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var dLogits = torch.empty_like(kept[0]);
        ReadOnlySpan<float> from = kept[0].Values<float>(), d = gradients[0]!.Values<float>();
        Span<float> to = dLogits.Values<float>();
        for (int row = 0; row < bins.Length; row++)
        {
            var dl = to.Slice(row * TwoHot.Count, TwoHot.Count);
            float sum = Exponentials(from.Slice(row * TwoHot.Count, TwoHot.Count), dl, out _);
            Multiply(dl, d[row] / sum);
            dl[bins[row]] -= d[row] * (1 - uppers[row]);
            dl[bins[row] + 1] -= d[row] * uppers[row];
        }
        return [dLogits];
    }

    private static void Multiply(Span<float> values, float factor)
    {
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            (Vector256.Create(values[i..]) * factor).CopyTo(values[i..]);
        for (; i < values.Length; i++) values[i] *= factor;
    }
}
