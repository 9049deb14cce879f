using System.Runtime.CompilerServices;

namespace MbMix.Learning;

// derivatives along a direction, and their adjoint: a dot marks a tangent, a bar a cotangent
internal sealed unsafe partial class MlpKernel<W, A>
{
    public override void Tangents(int rows, float* direction, float* pack, float* tape, float* output, float* tangents)
    {
        var l = Layout;
        float* x = direction;
        nint stride = l.Sizes[0];
        int layer = 0;
        for (; layer < l.Sizes.Length - 2; layer++)
        {
            int width = l.Padded[layer + 1];
            float* z = tangents + (rows * l.Tangent[layer]), y = z + (rows * width);
            MatrixProduct<W>.Run(rows, width, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], width, zeros.Pointer, 0, z, width);
            float* kept = tape + (rows * l.Kept[layer]);
            if (l.LayerNorm)
            {
                float* mean = tape + (rows * (l.Moments + (2 * layer))), means = tangents + (rows * (l.TangentMoments + (2 * layer)));
                NormalizeTangents(rows, l.Sizes[layer + 1], width, kept, mean, mean + rows, pack + l.Gain[layer], z, y, means, means + rows);
            }
            else
            {
                for (int i = 0; i < rows * width; i += W.Count) W.Store(A.Slope(W.Load(kept + i)) * W.Load(z + i), y + i);
            }
            x = y;
            stride = width;
        }
        int outputs = l.Padded[layer + 1];
        MatrixProduct<W>.Run(rows, outputs, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], outputs, zeros.Pointer, 0, output, outputs);
    }

    public override void TangentBackward(int rows, float* input, float* direction, float* pack, float* tape, float* tangents, float* output, float* gradients, float* scratch)
    {
        var l = Layout;
        int last = l.Sizes.Length - 2, size = MostRows * l.Widest;
        // cotangents of values and of tangents; those of the output's values are zero
        float* value = null, tangent = output, freeValue = scratch, freeTangent = scratch + size, otherValue = scratch + (2 * size), otherTangent = scratch + (3 * size), padded = scratch + (4 * size);
        for (int layer = last; layer >= 0; layer--)
        {
            int outputs = l.Padded[layer + 1], inputs = l.Sizes[layer], width = l.Padded[layer];
            float* weight = gradients + l.Weight[layer];
            if (value != null)
            {
                float* x = layer > 0 ? tape + (rows * l.Output[layer - 1]) : PadRows(rows, input, padded);
                MatrixProduct<W>.Run(l.Sizes[layer + 1], inputs, rows, value, 1, outputs, x, width, weight, inputs, weight, inputs);
            }
            float* moved = layer > 0 ? tangents + (rows * l.Tangent[layer - 1]) + (rows * width) : PadRows(rows, direction, padded);
            MatrixProduct<W>.Run(l.Sizes[layer + 1], inputs, rows, tangent, 1, outputs, moved, width, weight, inputs, weight, inputs);
            if (layer == 0) return;

            float* rowsOfWeight = pack + l.Rows[layer];
            if (value == null) new Span<float>(freeValue, rows * width).Clear();
            else MatrixProduct<W>.Run(rows, width, l.Sizes[layer + 1], value, outputs, 1, rowsOfWeight, l.RowStride[layer], zeros.Pointer, 0, freeValue, width);
            MatrixProduct<W>.Run(rows, width, l.Sizes[layer + 1], tangent, outputs, 1, rowsOfWeight, l.RowStride[layer], zeros.Pointer, 0, freeTangent, width);
            (nint spentValue, nint spentTangent) = ((nint)otherValue, (nint)otherTangent);
            value = otherValue = freeValue;
            tangent = otherTangent = freeTangent;
            freeValue = (float*)spentValue;
            freeTangent = (float*)spentTangent;
            TangentsThrough(rows, layer - 1, pack, tape, tangents, value, tangent, gradients);
        }
    }

    // from the cotangents of a hidden layer's output to those of its linear part, in place
    private void TangentsThrough(int rows, int layer, float* pack, float* tape, float* tangents, float* value, float* tangent, float* gradients)
    {
        var l = Layout;
        int width = l.Padded[layer + 1];
        float* kept = tape + (rows * l.Kept[layer]), z = tangents + (rows * l.Tangent[layer]), bias = gradients + l.Bias[layer];
        if (l.LayerNorm)
        {
            float* mean = tape + (rows * (l.Moments + (2 * layer))), means = tangents + (rows * (l.TangentMoments + (2 * layer)));
            NormalizeTangentsBackward(
                rows, l.Sizes[layer + 1], width, kept, mean, mean + rows, pack + l.Gain[layer], z, means, means + rows, value, tangent, bias, gradients + l.Gain[layer], gradients + l.Offset[layer]);
            return;
        }
        for (int i = 0; i < rows * width; i += W.Count)
        {
            W k = W.Load(kept + i), slope = A.Slope(k), t = W.Load(tangent + i);
            W.Store(W.MultiplyAdd(t * A.Curvature(k), W.Load(z + i), W.Load(value + i) * slope), value + i);
            W.Store(t * slope, tangent + i);
        }
        SumRows(rows, width, value, bias);
    }

    // a' = slope z', n' = scale (a' - mean(a') - n mean(n a')), y' = gain n'
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeTangents(
        int rows, int size, int width, float* kept, float* mean, float* scale, float* gain, float* z, float* y, float* first, float* second)
    {
        float share = 1f / size;
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]), sum = default, product = default;
            for (int i = r * width; i < (r + 1) * width; i += W.Count)
            {
                W k = W.Load(kept + i), a = A.Slope(k) * W.Load(z + i);
                W.Store(a, y + i);
                sum += a;
                product = W.MultiplyAdd((Value(k) - m) * s, a, product);
            }
            first[r] = W.Sum(sum) * share;
            second[r] = W.Sum(product) * share;
        }
        for (int r = 0; r < rows; r++, kept += width, y += width)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]), f = W.Splat(first[r]), p = W.Splat(second[r]);
            for (int i = 0; i < width; i += W.Count)
            {
                W normal = (Value(W.Load(kept + i)) - m) * s;
                W.Store((W.Load(y + i) - f - (normal * p)) * s * W.Load(gain + i), y + i);
            }
        }
    }

    // The adjoint of both y = gain n + offset and y' = gain n'. With q = gain bar(y'), the bar of a' is scale (q - mean(q) - n mean(n q)); n and the
    // scale receive what n' depends on them, and the usual way leads from there to a. The second derivative of the activation couples a' to z.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeTangentsBackward(
        int rows,
        int size,
        int width,
        float* kept,
        float* mean,
        float* scale,
        float* gain,
        float* z,
        float* first,
        float* second,
        float* value,
        float* tangent,
        float* bias,
        float* gainGradient,
        float* offset)
    {
        float share = 1f / size;
        float* ofQ = stackalloc float[rows], ofQn = stackalloc float[rows], ofN = stackalloc float[rows], ofNn = stackalloc float[rows];
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]), q0 = default, qn = default, qa = default, n0 = default, nn = default;
            for (int i = 0; i < width; i += W.Count)
            {
                int at = (r * width) + i;
                W k = W.Load(kept + at), g = W.Load(gain + i), normal = (Value(k) - m) * s, q = W.Load(tangent + at) * g, n = W.Load(value + at) * g;
                q0 += q;
                qn = W.MultiplyAdd(q, normal, qn);
                qa = W.MultiplyAdd(q, A.Slope(k) * W.Load(z + at), qa);
                n0 += n;
                nn = W.MultiplyAdd(n, normal, nn);
            }
            float meanQ = W.Sum(q0) * share, meanQn = W.Sum(qn) * share, sr = scale[r], f = first[r], p = second[r];
            ofQ[r] = meanQ;
            ofQn[r] = meanQn;
            ofN[r] = (W.Sum(n0) * share) - (sr * ((meanQ * p) + (meanQn * f)));
            // the last term is what the scale receives
            ofNn[r] = (W.Sum(nn) * share) - (2 * sr * meanQn * p) + (sr * ((W.Sum(qa) * share) - (f * meanQ) - (p * meanQn)));
        }
        for (int i = 0; i < width; i += W.Count)
        {
            W g = W.Load(gain + i), toGain = default, toOffset = default, toBias = default;
            for (int r = 0; r < rows; r++)
            {
                int at = (r * width) + i;
                W k = W.Load(kept + at), s = W.Splat(scale[r]), normal = (Value(k) - W.Splat(mean[r])) * s, slope = A.Slope(k), dz = W.Load(z + at), da = slope * dz;
                W v = W.Load(value + at), t = W.Load(tangent + at), q = t * g, meanQn = W.Splat(ofQn[r]);
                W dn = (da - W.Splat(first[r]) - (normal * W.Splat(second[r]))) * s;
                toGain = W.MultiplyAdd(v, normal, W.MultiplyAdd(t, dn, toGain));
                toOffset += v;
                W barA = (q - W.Splat(ofQ[r]) - (normal * meanQn)) * s;
                W barN = (v * g) - (s * W.MultiplyAdd(q, W.Splat(second[r]), meanQn * da));
                W barValue = (barN - W.Splat(ofN[r]) - (normal * W.Splat(ofNn[r]))) * s;
                W barZ = W.MultiplyAdd(barA * A.Curvature(k), dz, barValue * slope);
                toBias += barZ;
                W.Store(barZ, value + at);
                W.Store(barA * slope, tangent + at);
            }
            Add(toGain, gainGradient + i);
            Add(toOffset, offset + i);
            Add(toBias, bias + i);
        }
        if (size == width) return;
        // the padding stays zero
        for (int r = 0; r < rows; r++)
        {
            new Span<float>(value + (r * width) + size, width - size).Clear();
            new Span<float>(tangent + (r * width) + size, width - size).Clear();
        }
        new Span<float>(bias + size, width - size).Clear();
    }
}
