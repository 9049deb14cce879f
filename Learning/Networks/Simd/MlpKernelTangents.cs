using System.Runtime.CompilerServices;

namespace MbMix.Learning;

// Derivatives along a direction, and their backward pass. In formulas a prime marks a tangent and a leading d a
// cotangent.
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
            float* weight = pack + l.Transposed[layer];
            MatrixProduct<W>.Run(rows, width, l.Sizes[layer], x, stride, 1, weight, width, zeros.Pointer, 0, z, width);
            float* kept = tape + (rows * l.Kept[layer]), inner = tape + (rows * l.Inner[layer]);
            if (l.LayerNorm)
            {
                float* mean = tape + (rows * (l.Moments + (2 * layer)));
                float* means = tangents + (rows * (l.TangentMoments + (2 * layer)));
                NormalizeTangents(
                    rows,
                    l.Sizes[layer + 1],
                    width,
                    kept,
                    inner,
                    mean,
                    mean + rows,
                    pack + l.Gain[layer],
                    z,
                    y,
                    means,
                    means + rows);
            }
            else
            {
                for (int i = 0; i < rows * width; i += W.Count)
                    W.Store(A.Slope(W.Load(kept + i), Inner(inner, i)) * W.Load(z + i), y + i);
            }
            x = y;
            stride = width;
        }
        if (output == null) return;
        int outputs = l.Padded[layer + 1];
        float* last = pack + l.Transposed[layer];
        MatrixProduct<W>.Run(
            rows, outputs, l.Sizes[layer], x, stride, 1, last, outputs, zeros.Pointer, 0, output, outputs);
    }

    public override void TangentBackward(
        int rows,
        float* input,
        float* direction,
        float* pack,
        float* tape,
        float* tangents,
        float* dTangents,
        float* dOutput,
        float* dParameters,
        float* scratch)
    {
        var l = Layout;
        int last = l.Sizes.Length - 2, size = MostRows * l.Widest;
        // cotangents of a layer's values and of its tangents
        float* dValue = dOutput, dTangent = dTangents;
        float* freeValue = scratch, freeTangent = scratch + size;
        float* otherValue = scratch + (2 * size), otherTangent = scratch + (3 * size), padded = scratch + (4 * size);
        float* turned = padded + (MostRows * l.Padded[0]);
        if (dOutput != null) SumRows(rows, l.Padded[last + 1], dOutput, dParameters + l.Bias[last]);
        for (int layer = last; layer >= 0; layer--)
        {
            int outputs = l.Padded[layer + 1], inputs = l.Sizes[layer], width = l.Padded[layer];
            int terms = l.Sizes[layer + 1];
            float* dW = dParameters + l.Weight[layer];
            if (dValue != null)
            {
                float* x = layer > 0 ? tape + (rows * l.Output[layer - 1]) : PadRows(rows, input, padded);
                AddProduct(rows, terms, outputs, dValue, inputs, width, x, dW, turned);
            }
            float* moved = layer > 0
                ? tangents + (rows * l.Tangent[layer - 1]) + (rows * width)
                : PadRows(rows, direction, padded);
            AddProduct(rows, terms, outputs, dTangent, inputs, width, moved, dW, turned);
            if (layer == 0) return;

            float* weight = pack + l.Rows[layer];
            int stride = l.RowStride[layer];
            if (dValue == null) new Span<float>(freeValue, rows * width).Clear();
            else MatrixProduct<W>.Run(
                rows, width, terms, dValue, outputs, 1, weight, stride, zeros.Pointer, 0, freeValue, width);
            MatrixProduct<W>.Run(
                rows, width, terms, dTangent, outputs, 1, weight, stride, zeros.Pointer, 0, freeTangent, width);
            (nint spentValue, nint spentTangent) = ((nint)otherValue, (nint)otherTangent);
            dValue = otherValue = freeValue;
            dTangent = otherTangent = freeTangent;
            freeValue = (float*)spentValue;
            freeTangent = (float*)spentTangent;
            HiddenTangentBackward(rows, layer - 1, pack, tape, tangents, dValue, dTangent, dParameters);
        }
    }

    // turns the cotangents of a hidden layer's output into those of its linear part, in place
    private void HiddenTangentBackward(
        int rows,
        int layer,
        float* pack,
        float* tape,
        float* tangents,
        float* dValue,
        float* dTangent,
        float* dParameters)
    {
        var l = Layout;
        int width = l.Padded[layer + 1];
        float* kept = tape + (rows * l.Kept[layer]), inner = tape + (rows * l.Inner[layer]);
        float* z = tangents + (rows * l.Tangent[layer]);
        float* dBias = dParameters + l.Bias[layer];
        if (l.LayerNorm)
        {
            float* mean = tape + (rows * (l.Moments + (2 * layer)));
            float* means = tangents + (rows * (l.TangentMoments + (2 * layer)));
            NormalizeTangentsBackward(
                rows,
                l.Sizes[layer + 1],
                width,
                kept,
                inner,
                mean,
                mean + rows,
                pack + l.Gain[layer],
                z,
                means,
                means + rows,
                dValue,
                dTangent,
                dBias,
                dParameters + l.Gain[layer],
                dParameters + l.Offset[layer]);
            return;
        }
        for (int i = 0; i < rows * width; i += W.Count)
        {
            W k = W.Load(kept + i), v = Inner(inner, i), slope = A.Slope(k, v), t = W.Load(dTangent + i);
            W.Store(W.MultiplyAdd(t * A.Curvature(k, v), W.Load(z + i), W.Load(dValue + i) * slope), dValue + i);
            W.Store(t * slope, dTangent + i);
        }
        SumRows(rows, width, dValue, dBias);
    }

    // with n = (a - mean) scale: a' = slope z', n' = scale (a' - mean(a') - n mean(n a')), y' = gain n'
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeTangents(
        int rows,
        int size,
        int width,
        float* kept,
        float* inner,
        float* mean,
        float* scale,
        float* gain,
        float* z,
        float* y,
        float* first,
        float* second)
    {
        float share = 1f / size;
        float* sums = stackalloc float[RowSum<W>.MostParts], products = stackalloc float[RowSum<W>.MostParts];
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W sum = default, product = default;
                for (int i = (r * width) + (part * W.Count); i < (r + 1) * width; i += RowSum<W>.Stride)
                {
                    W k = W.Load(kept + i), v = Inner(inner, i), a = A.Slope(k, v) * W.Load(z + i);
                    W.Store(a, y + i);
                    sum += a;
                    product = W.MultiplyAdd((Value(k, v) - m) * s, a, product);
                }
                sums[part] = W.Sum(sum);
                products[part] = W.Sum(product);
            }
            first[r] = RowSum<W>.Total(sums) * share;
            second[r] = RowSum<W>.Total(products) * share;
        }
        for (int r = 0; r < rows; r++, kept += width, inner += width, y += width)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]), f = W.Splat(first[r]), p = W.Splat(second[r]);
            for (int i = 0; i < width; i += W.Count)
            {
                W normal = (Value(kept, inner, i) - m) * s;
                W.Store((W.Load(y + i) - f - (normal * p)) * s * W.Load(gain + i), y + i);
            }
        }
    }

    // The backward pass of both y = gain n + offset and y' = gain n'. With q = gain dy', da' = scale (q - mean(q) - n
    // mean(n q)). n' also depends on n and on the scale, which adds to their cotangents; from those the ordinary
    // backward pass of a normalization leads to da. The second derivative of the activation couples da' to dz.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeTangentsBackward(
        int rows,
        int size,
        int width,
        float* kept,
        float* inner,
        float* mean,
        float* scale,
        float* gain,
        float* z,
        float* first,
        float* second,
        float* dValue,
        float* dTangent,
        float* dBias,
        float* dGain,
        float* dOffset)
    {
        float share = 1f / size;
        // means over a row, of q, q n, dn and n dn
        float* ofQ = stackalloc float[rows], ofQn = stackalloc float[rows];
        float* ofN = stackalloc float[rows], ofNn = stackalloc float[rows];
        const int most = RowSum<W>.MostParts;
        float* parts = stackalloc float[5 * most];
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W q0 = default, qn = default, qa = default, n0 = default, nn = default;
                for (int i = part * W.Count; i < width; i += RowSum<W>.Stride)
                {
                    int at = (r * width) + i;
                    W k = W.Load(kept + at), v = Inner(inner, at), g = W.Load(gain + i);
                    W normal = (Value(k, v) - m) * s;
                    W q = W.Load(dTangent + at) * g, n = W.Load(dValue + at) * g;
                    q0 += q;
                    qn = W.MultiplyAdd(q, normal, qn);
                    qa = W.MultiplyAdd(q, A.Slope(k, v) * W.Load(z + at), qa);
                    n0 += n;
                    nn = W.MultiplyAdd(n, normal, nn);
                }
                parts[part] = W.Sum(q0);
                parts[most + part] = W.Sum(qn);
                parts[(2 * most) + part] = W.Sum(qa);
                parts[(3 * most) + part] = W.Sum(n0);
                parts[(4 * most) + part] = W.Sum(nn);
            }
            float meanQ = RowSum<W>.Total(parts) * share, meanQn = RowSum<W>.Total(parts + most) * share;
            float meanQa = RowSum<W>.Total(parts + (2 * most)) * share;
            float sr = scale[r], f = first[r], p = second[r];
            ofQ[r] = meanQ;
            ofQn[r] = meanQn;
            ofN[r] = (RowSum<W>.Total(parts + (3 * most)) * share) - (sr * ((meanQ * p) + (meanQn * f)));
            // the last term is the cotangent of the scale
            ofNn[r] = (RowSum<W>.Total(parts + (4 * most)) * share) - (2 * sr * meanQn * p)
                + (sr * (meanQa - (f * meanQ) - (p * meanQn)));
        }
        for (int i = 0; i < width; i += W.Count)
        {
            W g = W.Load(gain + i), gainSum = default, offsetSum = default, biasSum = default;
            for (int r = 0; r < rows; r++)
            {
                int at = (r * width) + i;
                W k = W.Load(kept + at), v = Inner(inner, at), s = W.Splat(scale[r]);
                W normal = (Value(k, v) - W.Splat(mean[r])) * s;
                // tangents z', a' and n'
                W slope = A.Slope(k, v), zTangent = W.Load(z + at), aTangent = slope * zTangent;
                W nTangent = (aTangent - W.Splat(first[r]) - (normal * W.Splat(second[r]))) * s;
                W y = W.Load(dValue + at), t = W.Load(dTangent + at), q = t * g, meanQn = W.Splat(ofQn[r]);
                gainSum = W.MultiplyAdd(y, normal, W.MultiplyAdd(t, nTangent, gainSum));
                offsetSum += y;
                W dATangent = (q - W.Splat(ofQ[r]) - (normal * meanQn)) * s;
                W dN = (y * g) - (s * W.MultiplyAdd(q, W.Splat(second[r]), meanQn * aTangent));
                W dA = (dN - W.Splat(ofN[r]) - (normal * W.Splat(ofNn[r]))) * s;
                W dZ = W.MultiplyAdd(dATangent * A.Curvature(k, v), zTangent, dA * slope);
                biasSum += dZ;
                W.Store(dZ, dValue + at);
                W.Store(dATangent * slope, dTangent + at);
            }
            Add(gainSum, dGain + i);
            Add(offsetSum, dOffset + i);
            Add(biasSum, dBias + i);
        }
        if (size == width) return;
        // the padding stays zero
        for (int r = 0; r < rows; r++)
        {
            new Span<float>(dValue + (r * width) + size, width - size).Clear();
            new Span<float>(dTangent + (r * width) + size, width - size).Clear();
        }
        new Span<float>(dBias + size, width - size).Clear();
    }
}
