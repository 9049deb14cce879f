using System.Runtime.Intrinsics;

namespace MbMix.Learning;

/// <summary>
/// Forward and backward pass of a network on rows in memory, without a tensor. Stateless; memory is the caller's. A row's result does not
/// depend on the other rows, and sums over rows run in their order.
/// </summary>
internal abstract unsafe class MlpKernel(MlpLayout layout)
{
    /// <summary>Rows a call may have: what then is worked on stays in the inner caches.</summary>
    public const int MostRows = 64;

    /// <summary>Where things are.</summary>
    public MlpLayout Layout => layout;

    /// <summary>Floats of scratch memory that <see cref="Backward"/> and <see cref="TangentBackward"/> need.</summary>
    public int ScratchSize => MostRows * ((4 * layout.Widest) + layout.Padded[0]);

    /// <summary>Makes the kernel for a network on this machine.</summary>
    /// <param name="network">Network.</param>
    /// <param name="parameters">A set that begins with its parameters.</param>
    /// <param name="bits">Width of vectors; 0 for the widest that is fast.</param>
    public static MlpKernel Create(Mlp network, ParameterSet parameters, int bits = 0)
    {
        if (bits == 0) bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        return bits switch
        {
            512 => Create<Wide512>(network, parameters),
            256 => Create<Wide256>(network, parameters),
            _ => Create<Wide128>(network, parameters),
        };
    }

    /// <summary>Lays the parameters out for the kernel.</summary>
    /// <param name="block">The parameters' block.</param>
    /// <param name="pack">Receives <see cref="MlpLayout.PackSize"/> floats; was zero at first.</param>
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
                new Span<float>(weight + (r * columns), columns).CopyTo(new Span<float>(pack + layout.Rows[layer] + (r * layout.RowStride[layer]), columns));
        }
    }

    /// <summary>The network.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="input">Input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Packed parameters.</param>
    /// <param name="output">Receives the output, <c>[rows, out padded]</c>.</param>
    /// <param name="tape">Receives what <see cref="Backward"/> needs.</param>
    public abstract void Forward(int rows, float* input, float* pack, float* output, float* tape);

    /// <summary>Pulls cotangents of the output back.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="pack">Its parameters.</param>
    /// <param name="tape">Its tape.</param>
    /// <param name="output">Cotangent of the output, <c>[rows, out padded]</c> with zeros as padding.</param>
    /// <param name="gradients">A block of gradients to add to; null where the parameters are frozen.</param>
    /// <param name="inputGradient">Receives the cotangent of the input, <c>[rows, in padded]</c>; null where it is not wanted.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public abstract void Backward(int rows, float* input, float* pack, float* tape, float* output, float* gradients, float* inputGradient, float* scratch);

    /// <summary>The derivative of the output along a direction of the input.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="direction">Tangent of the input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Parameters of the forward pass.</param>
    /// <param name="tape">Its tape.</param>
    /// <param name="output">Receives the tangent of the output, <c>[rows, out padded]</c>.</param>
    /// <param name="tangents">Receives what <see cref="TangentBackward"/> needs.</param>
    public abstract void Tangents(int rows, float* direction, float* pack, float* tape, float* output, float* tangents);

    /// <summary>
    /// The gradient of the parameters of <c>sum(output * tangent of the output)</c>: as the tangent along d is <c>J d</c>, that is the gradient of d
    /// times the pull-back of <paramref name="output"/>.
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="input">The input of the forward pass.</param>
    /// <param name="direction">Tangent of the input, <c>[rows, in]</c>, not padded.</param>
    /// <param name="pack">Parameters of the forward pass.</param>
    /// <param name="tape">Its tape.</param>
    /// <param name="tangents">What <see cref="Tangents"/> left.</param>
    /// <param name="output">Cotangent of the output, <c>[rows, out padded]</c> with zeros as padding.</param>
    /// <param name="gradients">A block of gradients to add to.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> floats.</param>
    public abstract void TangentBackward(int rows, float* input, float* direction, float* pack, float* tape, float* tangents, float* output, float* gradients, float* scratch);

    /// <summary>Hyperbolic tangent in place.</summary>
    /// <param name="count">A whole number of padded rows.</param>
    /// <param name="values">Values.</param>
    public abstract void Tanh(int count, float* values);

    private static MlpKernel Create<W>(Mlp network, ParameterSet parameters)
        where W : unmanaged, IWide<W> => network.Activation switch
        {
            Activation.Elu => Create<W, WideElu>(network, parameters),
            Activation.Silu => Create<W, WideSilu>(network, parameters),
            Activation.Tanh => Create<W, WideTanh>(network, parameters),
            _ => Create<W, WideRelu>(network, parameters),
        };

    private static MlpKernel Create<W, A>(Mlp network, ParameterSet parameters)
        where W : unmanaged, IWide<W>
        where A : struct, IWideActivation =>
        new MlpKernel<W, A>(new MlpLayout([.. network.Sizes], network.LayerNorm, A.KeepsArgument, parameters));
}
