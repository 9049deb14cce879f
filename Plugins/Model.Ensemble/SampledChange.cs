using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MbMix.Numerics;

namespace MbMix.Model.Ensemble;

/// <summary>
/// The reparameterized draw of the change of state as one autograd node: <c>(mean + deviation * noise) * scale +
/// center</c>, from outputs <c>[B, 2T]</c>, means and raw log variances, and noise <c>[B, T]</c>, which receives no
/// gradient.
/// </summary>
internal sealed class SampledChange(LogVariance variances, Tensor center, Tensor scale) : CustomFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        using var outputs = inputs[0].detach().contiguous();
        using var noise = inputs[1].detach().contiguous();
        int rows = (int)noise.size(0), size = (int)noise.size(1);
        var change = TensorSpans.Empty(rows, size);
        // the derivative of a change with respect to its raw log variance
        Tensor? slopes = keep ? TensorSpans.Empty(rows, size) : null;
        ReadOnlySpan<float> o = outputs.Values<float>(), z = noise.Values<float>();
        ReadOnlySpan<float> offset = center.Values<float>(), factor = scale.Values<float>();
        Span<float> to = change.Values<float>(), kept = slopes is null ? default : slopes.Values<float>();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> means = o.Slice(2 * row * size, size),
                raws = o.Slice((2 * row * size) + size, size), e = z.Slice(row * size, size);
            int at = row * size, i = 0;
            for (; i <= size - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var (variance, slope) = variances.Variance(Vector256.Create(raws[i..]));
                var deviation = Vector256.Sqrt(variance);
                Vector256<float> draw = Vector256.Create(e[i..]), s = Vector256.Create(factor[i..]);
                var value = ((Vector256.Create(means[i..]) + (deviation * draw)) * s) + Vector256.Create(offset[i..]);
                value.CopyTo(to[(at + i)..]);
                if (keep) (draw * s * slope * 0.5f / deviation).CopyTo(kept[(at + i)..]);
            }
            for (; i < size; i++)
            {
                var (variance, slope) = variances.Variance(raws[i]);
                float deviation = MathF.Sqrt(variance);
                to[at + i] = ((means[i] + (deviation * e[i])) * factor[i]) + offset[i];
                if (keep) kept[at + i] = e[i] * factor[i] * slope * 0.5f / deviation;
            }
        }
        if (slopes is not null) Keep(slopes);
        return [change];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        int rows = (int)kept[0].size(0), size = (int)kept[0].size(1);
        var dOutputs = TensorSpans.Empty(rows, 2 * size);
        ReadOnlySpan<float> d = gradients[0]!.Values<float>(), slopes = kept[0].Values<float>();
        var factor = scale.Values<float>();
        var to = dOutputs.Values<float>();
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < size; i++)
            {
                float given = d[(row * size) + i];
                to[(2 * row * size) + i] = given * factor[i];
                to[(2 * row * size) + size + i] = given * slopes[(row * size) + i];
            }
        }
        return [dOutputs, null];
    }
}
