using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>The passes for one width of vectors and one nonlinearity.</summary>
internal sealed unsafe class MlpKernel<W, A>(MlpLayout layout) : MlpKernel(layout)
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
                float* moments = tape + (rows * l.Moments) + (2 * rows * layer);
                Normalize(rows, l.Sizes[layer + 1], width, kept, y, moments, pack + l.Gain[layer], pack + l.Offset[layer]);
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
        // where the parameters are frozen their gradients are summed into nothing
        float* bias = gradients == null ? null : gradients + l.Bias[layer];
        if (l.LayerNorm)
        {
            float* moments = tape + (rows * l.Moments) + (2 * rows * layer);
            float* gain = gradients == null ? null : gradients + l.Gain[layer], offset = gradients == null ? null : gradients + l.Offset[layer];
            NormalizeBackward(rows, l.Sizes[layer + 1], width, kept, moments, pack + l.Gain[layer], g, bias, gain, offset);
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
    private static void ActivateBackward(int rows, int width, float* kept, float* g, float* biasGradient)
    {
        for (int r = 0; r < rows; r++, kept += width, g += width)
        {
            for (int i = 0; i < width; i += W.Count)
            {
                W d = W.Load(g + i) * A.Slope(W.Load(kept + i));
                W.Store(d, g + i);
                if (biasGradient != null) W.Store(W.Load(biasGradient + i) + d, biasGradient + i);
            }
        }
    }

    // y = (a - mean) * scale * gain + offset over the entries of a row, a = activation(z); z becomes what is kept of it
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(int rows, int size, int width, float* kept, float* y, float* moments, float* gain, float* offset)
    {
        for (int r = 0; r < rows; r++, kept += width, y += width)
        {
            W sum = default;
            for (int i = 0; i < width; i += W.Count)
            {
                // the padding is 0, and so is its activation
                W a = A.Value(W.Load(kept + i));
                W.Store(a, y + i);
                if (!A.KeepsArgument) W.Store(a, kept + i);
                sum += a;
            }
            float mean = W.Sum(sum) / size;
            W m = W.Splat(mean), squares = default;
            for (int i = 0; i < width; i += W.Count)
            {
                W d = W.Load(y + i) - m;
                squares = W.MultiplyAdd(d, d, squares);
            }
            // each entry of the padding added the square of the mean
            float variance = (W.Sum(squares) - ((width - size) * mean * mean)) / size;
            float scale = 1f / MathF.Sqrt(MathF.Max(variance, 0f) + (float)Mlp.NormEpsilon);
            (moments[2 * r], moments[(2 * r) + 1]) = (mean, scale);
            W s = W.Splat(scale);
            for (int i = 0; i < width; i += W.Count)
                W.Store(W.MultiplyAdd((W.Load(y + i) - m) * s, W.Load(gain + i), W.Load(offset + i)), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NormalizeBackward(
        int rows, int size, int width, float* kept, float* moments, float* gain, float* g, float* biasGradient, float* gainGradient, float* offsetGradient)
    {
        float share = 1f / size;
        for (int r = 0; r < rows; r++, kept += width, g += width)
        {
            W mean = W.Splat(moments[2 * r]), scale = W.Splat(moments[(2 * r) + 1]), sum = default, product = default;
            for (int i = 0; i < width; i += W.Count)
            {
                // gain and cotangent are 0 in the padding, so what is normalized there counts nowhere
                W normal = (Value(W.Load(kept + i)) - mean) * scale, d = W.Load(g + i);
                if (gainGradient != null)
                {
                    W.Store(W.MultiplyAdd(d, normal, W.Load(gainGradient + i)), gainGradient + i);
                    W.Store(W.Load(offsetGradient + i) + d, offsetGradient + i);
                }
                d *= W.Load(gain + i);
                sum += d;
                product = W.MultiplyAdd(d, normal, product);
            }
            W first = W.Splat(W.Sum(sum) * share), second = W.Splat(W.Sum(product) * share);
            for (int i = 0; i < width; i += W.Count)
            {
                W k = W.Load(kept + i), normal = (Value(k) - mean) * scale;
                W d = ((W.Load(g + i) * W.Load(gain + i)) - first - (normal * second)) * scale * A.Slope(k);
                W.Store(d, g + i);
                if (biasGradient != null) W.Store(W.Load(biasGradient + i) + d, biasGradient + i);
            }
            // the padding stays zero
            for (int i = size; i < width; i++) g[i] = 0;
        }
        if (biasGradient != null && size < width) new Span<float>(biasGradient + size, width - size).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(int rows, int width, float* g, float* sum)
    {
        for (int r = 0; r < rows; r++, g += width)
        {
            for (int i = 0; i < width; i += W.Count) W.Store(W.Load(sum + i) + W.Load(g + i), sum + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Value(W kept) => A.KeepsArgument ? A.Value(kept) : kept;
}
