using System.Runtime.Intrinsics;

namespace MbMix.Learning;

/// <summary>
/// Forward and backward pass of a multilayer perceptron on rows in memory, without tensors. Kernels hold no state; all
/// memory belongs to the caller. The result of a row does not depend on the other rows, and sums over rows are taken in
/// their order.
/// </summary>
internal abstract unsafe class MlpKernel(MlpLayout layout)
{
    /// <summary>
    /// The most rows of one call: few enough that everything a call works on stays in the inner caches.
    /// </summary>
    public const int MostRows = 64;

    /// <summary>Added to the variance in a layer normalization.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>Where parameters, activations and tangents are in memory.</summary>
    public MlpLayout Layout => layout;

    /// <summary>Floats of scratch memory that <see cref="Backward"/> and <see cref="TangentBackward"/> need.</summary>
    public int ScratchSize => MostRows * ((5 * layout.Widest) + layout.Padded[0]);

    /// <summary>Makes the kernel of a network for this machine.</summary>
    /// <param name="sizes">Inputs, widths of the hidden layers, outputs.</param>
    /// <param name="activation">Nonlinearity of the hidden layers.</param>
    /// <param name="layerNorm">Whether a layer normalization follows each activation.</param>
    /// <param name="offsets">
    /// Where each parameter begins in the block: per layer weight, bias and, if normalized, gain and offset.
    /// </param>
    /// <param name="blockSize">Floats of the parameter block.</param>
    /// <param name="bits">Width of the SIMD vectors; 0 for the widest that is fast on this machine.</param>
    public static MlpKernel Create(
        int[] sizes, Activation activation, bool layerNorm, ReadOnlySpan<int> offsets, int blockSize, int bits = 0)
    {
        if (bits == 0) bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return bits switch
        {
            512 => Create<Wide512>(sizes, activation, layerNorm, offsets, blockSize),
            256 => Create<Wide256>(sizes, activation, layerNorm, offsets, blockSize),
            _ => Create<Wide128>(sizes, activation, layerNorm, offsets, blockSize),
        };
    }

    /// <summary>Copies the parameters into the form that the kernels read.</summary>
    /// <param name="block">The parameter block.</param>
    /// <param name="pack">
    /// Receives <see cref="MlpLayout.PackSize"/> floats; must have been all zeros before its first use.
    /// </param>
    public void Pack(ReadOnlySpan<float> block, float* pack)
    {
        block.CopyTo(new Span<float>(pack, layout.BlockSize));
        for (int layer = 0; layer < layout.Weight.Length; layer++)
        {
            int rows = layout.Sizes[layer + 1], columns = layout.Sizes[layer];
            float* weight = pack + layout.Weight[layer];
            Transpose.Run(rows, columns, weight, columns, pack + layout.Transposed[layer], layout.Padded[layer + 1]);
            if (layout.Rows[layer] == layout.Weight[layer]) continue;
            for (int r = 0; r < rows; r++)
            {
                float* row = pack + layout.Rows[layer] + (r * layout.RowStride[layer]);
                new Span<float>(weight + (r * columns), columns).CopyTo(new Span<float>(row, columns));
            }
        }
    }

    /// <summary>Computes the output of the network.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="input">Input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Packed parameters.</param>
    /// <param name="output">Receives the output, <c>[rows, out padded]</c>.</param>
    /// <param name="tape">Receives what <see cref="Backward"/> needs.</param>
    public abstract void Forward(int rows, float* input, float* pack, float* output, float* tape);

    /// <summary>Pulls cotangents of the output back to the input and the parameters.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="input">Input of the forward pass.</param>
    /// <param name="pack">Packed parameters of the forward pass.</param>
    /// <param name="tape">Tape of the forward pass.</param>
    /// <param name="dOutput">Cotangent of the output, <c>[rows, out padded]</c>; the padding is zero.</param>
    /// <param name="dParameters">Gradient block to add to; null if the parameters are frozen.</param>
    /// <param name="dInput">
    /// Receives the cotangent of the input, <c>[rows, in padded]</c>; null if it is not wanted.
    /// </param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public abstract void Backward(
        int rows,
        float* input,
        float* pack,
        float* tape,
        float* dOutput,
        float* dParameters,
        float* dInput,
        float* scratch);

    /// <summary>Computes the derivative of the output along a direction of the input.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="direction">Tangent of the input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Packed parameters of the forward pass.</param>
    /// <param name="tape">Tape of the forward pass.</param>
    /// <param name="output">
    /// Receives the tangent of the output, <c>[rows, out padded]</c>; null if it is not wanted.
    /// </param>
    /// <param name="tangents">Receives what <see cref="TangentBackward"/> needs.</param>
    public abstract void Tangents(int rows, float* direction, float* pack, float* tape, float* output, float* tangents);

    /// <summary>
    /// Computes the parameter gradient of <c>sum(dTangents * J direction) + sum(dOutput * output)</c>. The first sum is
    /// also <c>direction</c> times the pullback of <c>dTangents</c>, so this differentiates a pullback with respect to
    /// the parameters.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="input">Input of the forward pass.</param>
    /// <param name="direction">Tangent of the input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Packed parameters of the forward pass.</param>
    /// <param name="tape">Tape of the forward pass.</param>
    /// <param name="tangents">What <see cref="Tangents"/> wrote.</param>
    /// <param name="dTangents">
    /// Cotangent of the output's tangent, <c>[rows, out padded]</c>; the padding is zero.
    /// </param>
    /// <param name="dOutput">Cotangent of the output, of the same form; null if it is zero.</param>
    /// <param name="dParameters">Gradient block to add to.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public abstract void TangentBackward(
        int rows,
        float* input,
        float* direction,
        float* pack,
        float* tape,
        float* tangents,
        float* dTangents,
        float* dOutput,
        float* dParameters,
        float* scratch);

    /// <summary>Applies the hyperbolic tangent in place.</summary>
    /// <param name="count">Number of values; a whole number of padded rows.</param>
    /// <param name="values">Values.</param>
    public abstract void Tanh(int count, float* values);

    private static MlpKernel Create<W>(
        int[] sizes, Activation activation, bool layerNorm, ReadOnlySpan<int> offsets, int blockSize)
        where W : unmanaged, IWide<W> => activation switch
        {
            Activation.Elu => Create<W, WideElu>(sizes, layerNorm, offsets, blockSize),
            Activation.Silu => Create<W, WideSilu>(sizes, layerNorm, offsets, blockSize),
            Activation.Tanh => Create<W, WideTanh>(sizes, layerNorm, offsets, blockSize),
            _ => Create<W, WideRelu>(sizes, layerNorm, offsets, blockSize),
        };

    private static MlpKernel Create<W, A>(int[] sizes, bool layerNorm, ReadOnlySpan<int> offsets, int blockSize)
        where W : unmanaged, IWide<W>
        where A : struct, IWideActivation =>
        new MlpKernel<W, A>(new MlpLayout(sizes, layerNorm, A.KeepsArgument, offsets, blockSize));
}
