using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>The kernel for one vector width and one nonlinearity.</summary>
internal sealed unsafe partial class MlpKernel<W, A>(MlpLayout layout) : MlpKernel(layout)
    where W : unmanaged, IWide<W>
    where A : struct, IWideActivation
{
    private const int FarApart = 96;

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
            float* inner = tape + (rows * l.Inner[layer]);
            float* bias = pack + l.Bias[layer];
            MatrixProduct<W>.Run(
                rows, width, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], width, bias, 0, kept, width);
            if (l.LayerNorm)
            {
                float* mean = tape + (rows * (l.Moments + (2 * layer))), scale = mean + rows;
                Normalize(
                    rows,
                    l.Sizes[layer + 1],
                    width,
                    kept,
                    inner,
                    y,
                    mean,
                    scale,
                    pack + l.Gain[layer],
                    pack + l.Offset[layer]);
            }
            else
            {
                Activate(rows * width, kept, inner, y);
            }
            x = y;
            stride = width;
        }
        int outputs = l.Padded[layer + 1];
        MatrixProduct<W>.Run(
            rows, outputs, l.Sizes[layer], x, stride, 1, pack + l.Transposed[layer], outputs, pack + l.Bias[layer], 0,
            output, outputs);
    }

    public override void Backward(
        int rows,
        float* input,
        float* pack,
        float* tape,
        float* dOutput,
        float* dParameters,
        float* dInput,
        float* scratch)
    {
        var l = Layout;
        int last = l.Sizes.Length - 2, size = MostRows * l.Widest;
        // dZ is the cotangent of a layer's linear part, dX that of its input
        float* dZ = dOutput, free = scratch, other = scratch + size, paddedInput = other + size;
        float* turned = paddedInput + (MostRows * l.Padded[0]);
        if (dParameters != null) SumRows(rows, l.Padded[last + 1], dZ, dParameters + l.Bias[last]);
        for (int layer = last; layer >= 0; layer--)
        {
            int outputs = l.Padded[layer + 1], inputs = l.Sizes[layer], width = l.Padded[layer];
            int terms = l.Sizes[layer + 1];
            if (dParameters != null)
            {
                float* x = layer > 0 ? tape + (rows * l.Output[layer - 1]) : PadRows(rows, input, paddedInput);
                // dW [out, in] += dZ^T x
                AddProduct(rows, terms, outputs, dZ, inputs, width, x, dParameters + l.Weight[layer], turned);
            }
            if (layer == 0 && dInput == null) return;
            float* dX = layer == 0 ? dInput : free, weight = pack + l.Rows[layer];
            MatrixProduct<W>.Run(
                rows, width, terms, dZ, outputs, 1, weight, l.RowStride[layer], zeros.Pointer, 0, dX, width);
            if (layer == 0) return;
            HiddenBackward(rows, layer - 1, pack, tape, dX, dParameters);
            dZ = dX;
            free = other;
            other = dX;
        }
    }

    // dW [terms, inputs] += d^T x. The columns of d are read one after the other, so it is transposed first if they are
    // far apart
    private static void AddProduct(
        int rows, int terms, int outputs, float* d, int inputs, int width, float* x, float* dW, float* turned)
    {
        if (outputs >= FarApart)
        {
            Transpose.Run(rows, terms, d, outputs, turned, MostRows);
            MatrixProduct<W>.Run(terms, inputs, rows, turned, MostRows, 1, x, width, dW, inputs, dW, inputs);
        }
        else
        {
            MatrixProduct<W>.Run(terms, inputs, rows, d, 1, outputs, x, width, dW, inputs, dW, inputs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Tanh(int count, float* values)
    {
        for (int i = 0; i < count; i += W.Count) W.Store(WideMath.Tanh(W.Load(values + i)), values + i);
    }

    // turns the cotangent of a hidden layer's output into that of its linear part, in place
    private void HiddenBackward(int rows, int layer, float* pack, float* tape, float* d, float* dParameters)
    {
        var l = Layout;
        int width = l.Padded[layer + 1];
        float* kept = tape + (rows * l.Kept[layer]), inner = tape + (rows * l.Inner[layer]);
        // frozen parameters have no gradients to add to
        float* dBias = dParameters == null ? null : dParameters + l.Bias[layer];
        if (l.LayerNorm)
        {
            float* mean = tape + (rows * (l.Moments + (2 * layer))), scale = mean + rows;
            NormalizeBackward(
                rows,
                l.Sizes[layer + 1],
                width,
                kept,
                inner,
                mean,
                scale,
                pack + l.Gain[layer],
                d,
                dBias,
                dParameters + l.Gain[layer],
                dParameters + l.Offset[layer]);
        }
        else
        {
            ActivateBackward(rows, width, kept, inner, d, dBias);
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
    private static void Activate(int count, float* kept, float* inner, float* y)
    {
        for (int i = 0; i < count; i += W.Count)
        {
            W x = W.Load(kept + i), v = A.Inner(x);
            if (A.KeepsArgument) W.Store(v, inner + i);
            W.Store(A.Value(x, v), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ActivateBackward(int rows, int width, float* kept, float* inner, float* d, float* dBias)
    {
        for (int i = 0; i < width; i += W.Count)
        {
            W sum = default;
            for (int at = i; at < rows * width; at += width)
            {
                W dZ = W.Load(d + at) * A.Slope(W.Load(kept + at), Inner(inner, at));
                sum += dZ;
                W.Store(dZ, d + at);
            }
            if (dBias != null) Add(sum, dBias + i);
        }
    }

    // y = (a - mean) * scale * gain + offset over the entries of a row, with a = activation(z); z is overwritten by
    // what the tape keeps. Each step is a loop of its own, because a single loop over rows waits for every sum and root
    // and took twice as long
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Normalize(
        int rows, int size, int width, float* kept, float* inner, float* y, float* mean, float* scale, float* gain,
        float* offset)
    {
        float* a = A.KeepsArgument ? y : kept;
        Activate(rows * width, kept, inner, a);
        float share = 1f / size, padding = width - size;
        float* parts = stackalloc float[RowSum<W>.MostParts];
        for (int r = 0; r < rows; r++)
        {
            // the padding is 0, and every activation maps 0 to 0
            float* row = a + (r * width);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W sum = default;
                for (int i = part * W.Count; i < width; i += RowSum<W>.Stride) sum += W.Load(row + i);
                parts[part] = W.Sum(sum);
            }
            mean[r] = RowSum<W>.Total(parts) * share;
        }
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]);
            float* row = a + (r * width);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W squares = default;
                for (int i = part * W.Count; i < width; i += RowSum<W>.Stride)
                {
                    W d = W.Load(row + i) - m;
                    squares = W.MultiplyAdd(d, d, squares);
                }
                parts[part] = W.Sum(squares);
            }
            // each entry of the padding added the square of the mean
            scale[r] = (RowSum<W>.Total(parts) - (padding * mean[r] * mean[r])) * share;
        }
        for (int r = 0; r < rows; r++) scale[r] = 1f / MathF.Sqrt((scale[r] < 0 ? 0 : scale[r]) + (float)NormEpsilon);
        for (int r = 0; r < rows; r++, a += width, y += width)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]);
            for (int i = 0; i < width; i += W.Count)
                W.Store(W.MultiplyAdd((W.Load(a + i) - m) * s, W.Load(gain + i), W.Load(offset + i)), y + i);
        }
    }

    // d is overwritten: with n = (a - mean) scale and h = d gain, dz = slope * scale * (h - mean(h) - n mean(h n))
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormalizeBackward(
        int rows,
        int size,
        int width,
        float* kept,
        float* inner,
        float* mean,
        float* scale,
        float* gain,
        float* d,
        float* dBias,
        float* dGain,
        float* dOffset)
    {
        float share = 1f / size;
        float* first = stackalloc float[rows], second = stackalloc float[rows];
        float* sums = stackalloc float[RowSum<W>.MostParts], products = stackalloc float[RowSum<W>.MostParts];
        for (int r = 0; r < rows; r++)
        {
            W m = W.Splat(mean[r]), s = W.Splat(scale[r]);
            for (int part = 0; part < RowSum<W>.Parts; part++)
            {
                W sum = default, product = default;
                for (int i = part * W.Count; i < width; i += RowSum<W>.Stride)
                {
                    // gain and cotangent are 0 in the padding, so the normalized values there do not count
                    W h = W.Load(d + (r * width) + i) * W.Load(gain + i);
                    sum += h;
                    product = W.MultiplyAdd(h, (Value(kept, inner, (r * width) + i) - m) * s, product);
                }
                sums[part] = W.Sum(sum);
                products[part] = W.Sum(product);
            }
            first[r] = RowSum<W>.Total(sums) * share;
            second[r] = RowSum<W>.Total(products) * share;
        }
        for (int i = 0; i < width; i += W.Count)
        {
            W gained = W.Load(gain + i), gainSum = default, offsetSum = default, biasSum = default;
            float* column = d + i;
            for (int r = 0, at = i; r < rows; r++, at += width, column += width)
            {
                W k = W.Load(kept + at), v = Inner(inner, at), dr = W.Load(column), s = W.Splat(scale[r]);
                W normal = (Value(k, v) - W.Splat(mean[r])) * s;
                gainSum = W.MultiplyAdd(dr, normal, gainSum);
                offsetSum += dr;
                W rest = (dr * gained) - W.MultiplyAdd(normal, W.Splat(second[r]), W.Splat(first[r]));
                dr = rest * s * A.Slope(k, v);
                biasSum += dr;
                W.Store(dr, column);
            }
            if (dBias == null) continue;
            Add(gainSum, dGain + i);
            Add(offsetSum, dOffset + i);
            Add(biasSum, dBias + i);
        }
        if (size == width) return;
        // the padding stays zero
        for (int r = 0; r < rows; r++) new Span<float>(d + (r * width) + size, width - size).Clear();
        if (dBias != null) new Span<float>(dBias + size, width - size).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(W value, float* sum) => W.Store(W.Load(sum) + value, sum);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumRows(int rows, int width, float* values, float* sum)
    {
        for (int i = 0; i < width; i += W.Count)
        {
            W total = default;
            for (int at = i; at < rows * width; at += width) total += W.Load(values + at);
            Add(total, sum + i);
        }
    }

    // the inner value that is kept beside the argument of an activation
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Inner(float* inner, int at) => A.KeepsArgument ? W.Load(inner + at) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Value(W kept, W inner) => A.KeepsArgument ? A.Value(kept, inner) : kept;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static W Value(float* kept, float* inner, int at) => Value(W.Load(kept + at), Inner(inner, at));
}
