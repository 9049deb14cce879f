using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>The passes for one width of vectors and one nonlinearity.</summary>
internal sealed unsafe partial class MlpKernel<W, A>(MlpLayout layout) : MlpKernel(layout)
    where W : unmanaged, IWide<W>
    where A : struct, IWideActivation
{
    private readonly NativeBuffer zeros = new(layout.Widest);

    public override void Forward(int rows, float* input, float* pack, float* output, float* tape)
    {
        var l = Layout;
        float* x = input;
        nint stride = l.Sizes[0];
        int layer = 0;
        for (; layer < l.Sizes.Length - 2; layer++)
        {
            int width = l.Padded[layer + 1];
            float* kept = tape + (rows * l.Kept[layer]), y = tape + (rows * l.Output[layer]);
            float* bias = pack + l.Bias[layer];
            MatrixProduct<W>.Run(rows, width, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], width, bias, 0, kept, width);
            if (l.LayerNorm)
            {
                float* mean = tape + (rows * (l.Moments + (2 * layer))), scale = mean + rows;
                Normalize(rows, l.Sizes[layer + 1], width, kept, y, mean, scale, pack + l.Gain[layer], pack + l.Offset[layer]);
            }
            else
            {
                Activate(rows * width, kept, y);
            }
            x = y;
            stride = width;
        }
        int outputs = l.Padded[layer + 1];
        MatrixProduct<W>.Run(rows, outputs, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], outputs, pack + l.Bias[layer], 0, output, outputs);
    }

    public override void Backward(int rows, float* input, float* pack, float* tape, float* output, float* gradients, float* inputGradient, float* scratch)
    {
        var l = Layout;
        int last = l.Sizes.Length - 2;
        float* g = output, free = scratch, other = scratch + (MostRows * l.Widest), paddedInput = other + (MostRows * l.Widest);
        if (gradients != null) SumRows(rows, l.Padded[last + 1], g, gradients + l.Bias[last]);
        for (int layer = last; layer >= 0; layer--)
        {
            int outputs = l.Padded[layer + 1], inputs = l.Sizes[layer];
            if (gradients != null)
            {
                float* x = layer > 0 ? tape + (rows * l.Output[layer - 1]) : PadRows(rows, input, paddedInput);
                // dW [out, in] += g^T x
                float* weight = gradients + l.Weight[layer];
                MatrixProduct<W>.Run(l.Sizes[layer + 1], inputs, rows, g, 1, outputs, x, l.Padded[layer], weight, inputs, weight, inputs);
            }
            if (layer == 0 && inputGradient == null) return;
            float* to = layer == 0 ? inputGradient : free;
            MatrixProduct<W>.Run(rows, l.Padded[layer], l.Sizes[layer + 1], g, outputs, 1, pack + l.Rows[layer], l.RowStride[layer], zeros.Pointer, 0, to, l.Padded[layer]);
            if (layer == 0) return;
            Through(rows, layer - 1, pack, tape, to, gradients);
            g = to;
            free = other;
            other = to;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tanh(int count, float* values)
    {
        for (int i = 0; i < count; i += W.Count) W.Store(WideMath.Tanh(W.Load(values + i)), values + i);
    }

    // from the cotangent of a hidden layer's output to that of its linear part, in place
    private void Through(int rows, int layer, float* pack, float* tape, float* g, float* gradients)
    {
        var l = Layout;
        int width = l.Padded[layer + 1];
        float* kept = tape + (rows * l.Kept[layer]);
        // no place to put gradients where the parameters are frozen
        float* bias = gradients == null ? null : gradients + l.Bias[layer];
        if (l.LayerNorm)
        {
            float* mean = tape + (rows * (l.Moments + (2 * layer))), scale = mean + rows;
            NormalizeBackward(rows, l.Sizes[layer + 1], width, kept, mean, scale, pack + l.Gain[layer], g, bias, gradients + l.Gain[layer], gradients + l.Offset[layer]);
        }
        else
        {
            ActivateBackward(rows, width, kept, g, bias);
        }
    }

    private float* PadRows(int rows, float* input, float* padded)
    {
        int size = Layout.Sizes[0], width = Layout.Padded[0];
        if (size == width) return input;
        Rows.Pad(rows, size, input, padded, width);
        return padded;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate(int count, float* kept, float* y)
    {
        for (int i = 0; i < count; i += W.Count) W.Store(A.Value(W.Load(kept + i)), y + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ActivateBackward(int rows, int width, float* kept, float* g, float* bias)
    {
        for (int i = 0; i < width; i += W.Count)
        {
            W sum = default;
            for (int at = i; at < rows * width; at += width)
            {
                W d = W.Load(g + at) * A.Slope(W.Load(kept + at));
                sum += d;
                W.Store(d, g + at);
            }
            if (bias != null) Add(sum, bias + i);
        }
    }

    // y = (a - mean) * scale * gain + offset over the entries of a row, a = activation(z); z becomes what is kept of it. One loop per step of the
    // way: rows do not wait for each other's sums and roots, which made a single loop over rows twice as slow
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(int rows, int size, int width, float* kept, float* y, float* mean, float* scale, float* gain, float* offset)
    {
        float* a = A.KeepsArgument ? y : kept;
        Activate(rows * width, kept, a);
        float share = 1f / size, padding = width - size;
        for (int r = 0; r < rows; r++)
        {
            // the padding is 0, and so is its activation
            W sum = default;
            for (int i = r * width; i < (r + 1) * width; i += W.Count) sum += W.Load(a + i);
            mean[r] = W.Sum(sum) * share;
        }
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), squares = default;
            for (int i = r * width; i < (r + 1) * width; i += W.Count)
            {
                W d = W.Load(a + i) - m;
                squares = W.MultiplyAdd(d, d, squares);
            }
            // each entry of the padding has added the square of the mean
            scale[r] = (W.Sum(squares) - (padding * mean[r] * mean[r])) * share;
        }
        for (int r = 0; r < rows; r++) scale[r] = 1f / MathF.Sqrt((scale[r] < 0 ? 0 : scale[r]) + (float)Mlp.NormEpsilon);
        for (int r = 0; r < rows; r++, a += width, y += width)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]);
            for (int i = 0; i < width; i += W.Count) W.Store(W.MultiplyAdd((W.Load(a + i) - m) * s, W.Load(gain + i), W.Load(offset + i)), y + i);
        }
    }

    // h = g gain; dz = slope * scale * (h - mean(h) - normal mean(h normal)), in place
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeBackward(int rows, int size, int width, float* kept, float* mean, float* scale, float* gain, float* g, float* bias, float* gainGradient, float* offset)
    {
        float share = 1f / size;
        float* first = stackalloc float[rows], second = stackalloc float[rows];
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]), sum = default, product = default;
            for (int i = 0; i < width; i += W.Count)
            {
                // gain and cotangent are 0 in the padding, so what is normalized there counts nowhere
                W h = W.Load(g + (r * width) + i) * W.Load(gain + i);
                sum += h;
                product = W.MultiplyAdd(h, (Value(W.Load(kept + (r * width) + i)) - m) * s, product);
            }
            first[r] = W.Sum(sum) * share;
            second[r] = W.Sum(product) * share;
        }
        for (int i = 0; i < width; i += W.Count)
        {
            W gained = W.Load(gain + i), toGain = default, toOffset = default, toBias = default;
            float* k = kept + i, d = g + i;
            for (int r = 0; r < rows; r++, k += width, d += width)
            {
                W kr = W.Load(k), dr = W.Load(d), s = W.Splat(scale[r]), normal = (Value(kr) - W.Splat(mean[r])) * s;
                toGain = W.MultiplyAdd(dr, normal, toGain);
                toOffset += dr;
                W rest = (dr * gained) - W.MultiplyAdd(normal, W.Splat(second[r]), W.Splat(first[r]));
                dr = rest * s * A.Slope(kr);
                toBias += dr;
                W.Store(dr, d);
            }
            if (bias == null) continue;
            Add(toGain, gainGradient + i);
            Add(toOffset, offset + i);
            Add(toBias, bias + i);
        }
        if (size == width) return;
        // the padding stays zero
        for (int r = 0; r < rows; r++) new Span<float>(g + (r * width) + size, width - size).Clear();
        if (bias != null) new Span<float>(bias + size, width - size).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(W value, float* sum) => W.Store(W.Load(sum) + value, sum);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(int rows, int width, float* g, float* sum)
    {
        for (int i = 0; i < width; i += W.Count)
        {
            W total = default;
            for (int at = i; at < rows * width; at += width) total += W.Load(g + at);
            Add(total, sum + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Value(W kept) => A.KeepsArgument ? A.Value(kept) : kept;
}
