namespace MbMix.Learning;

/// <summary>
/// Where the kernels of a network find things. Matrices are row-major; rows of activations are padded with zeros to whole vectors, as parameters are
/// in their set.
/// </summary>
internal sealed class MlpLayout
{
    /// <summary>Floats that rows are padded to: the widest vector.</summary>
    public const int Pad = 16;

    /// <summary>Lays a network out.</summary>
    /// <param name="sizes">Inputs, widths of hidden layers, outputs.</param>
    /// <param name="layerNorm">Whether a normalization follows each activation.</param>
    /// <param name="keepsArgument">Whether the activation's slope needs its argument.</param>
    /// <param name="parameters">A set that begins with the network's parameters.</param>
    public MlpLayout(int[] sizes, bool layerNorm, bool keepsArgument, ParameterSet parameters)
    {
        (Sizes, LayerNorm) = (sizes, layerNorm);
        Padded = [.. sizes.Select(Up)];
        int layers = sizes.Length - 1;
        (Weight, Bias, Gain, Offset) = (new int[layers], new int[layers], new int[layers - 1], new int[layers - 1]);
        (Transposed, Rows, RowStride) = (new int[layers], new int[layers], new int[layers]);
        (Kept, Output, Tangent) = (new int[layers - 1], new int[layers - 1], new int[layers - 1]);
        BlockSize = parameters.Values.Length;
        PackSize = BlockSize;
        int p = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            Weight[layer] = parameters.OffsetOf(p++);
            Bias[layer] = parameters.OffsetOf(p++);
            if (layerNorm && layer < layers - 1)
            {
                Gain[layer] = parameters.OffsetOf(p++);
                Offset[layer] = parameters.OffsetOf(p++);
            }
            Transposed[layer] = PackSize;
            PackSize += sizes[layer] * Padded[layer + 1];
            // as they are stored, where rows already end with a whole vector
            RowStride[layer] = Padded[layer];
            bool aligned = sizes[layer] == Padded[layer];
            Rows[layer] = aligned ? Weight[layer] : PackSize;
            if (!aligned) PackSize += sizes[layer + 1] * Padded[layer];
        }

        for (int layer = 0; layer < layers - 1; layer++)
        {
            Kept[layer] = TapeRow;
            TapeRow += Padded[layer + 1];
            Output[layer] = TapeRow;
            if (layerNorm || keepsArgument) TapeRow += Padded[layer + 1];
            else Output[layer] = Kept[layer];
        }
        for (int layer = 0; layer < layers - 1; layer++)
        {
            Tangent[layer] = TangentRow;
            TangentRow += 2 * Padded[layer + 1];
        }
        TangentMoments = TangentRow;
        if (layerNorm) TangentRow += Up(2 * (layers - 1));
        Moments = TapeRow;
        if (layerNorm) TapeRow += Up(2 * (layers - 1));
        Widest = Padded.Max();
    }

    /// <summary>Inputs, widths of hidden layers, outputs.</summary>
    public int[] Sizes { get; }

    /// <summary>The same, padded.</summary>
    public int[] Padded { get; }

    /// <summary>Whether a normalization follows each activation.</summary>
    public bool LayerNorm { get; }

    /// <summary>Length of the parameters' block.</summary>
    public int BlockSize { get; }

    /// <summary>Length of packed parameters: the block, then the weights again as the kernels want them.</summary>
    public int PackSize { get; }

    /// <summary>Per layer: the weights <c>[out, in]</c> in the block.</summary>
    public int[] Weight { get; }

    /// <summary>Per layer: the biases in the block.</summary>
    public int[] Bias { get; }

    /// <summary>Per hidden layer: the gains in the block.</summary>
    public int[] Gain { get; }

    /// <summary>Per hidden layer: the offsets in the block.</summary>
    public int[] Offset { get; }

    /// <summary>Per layer: the weights <c>[in, out padded]</c> in the pack.</summary>
    public int[] Transposed { get; }

    /// <summary>Per layer: the weights <c>[out, in padded]</c> in the pack.</summary>
    public int[] Rows { get; }

    /// <summary>Per layer: distance of those rows.</summary>
    public int[] RowStride { get; }

    /// <summary>Per hidden layer: what is kept of the activation; times the number of rows it is a place on the tape.</summary>
    public int[] Kept { get; }

    /// <summary>Per hidden layer: the layer's output on the tape, likewise.</summary>
    public int[] Output { get; }

    /// <summary>Mean and scale of each hidden layer's normalization on the tape, likewise.</summary>
    public int Moments { get; }

    /// <summary>Floats of tape per row.</summary>
    public int TapeRow { get; }

    /// <summary>Per hidden layer: tangents of its linear part and then of its output, on a tape of their own, likewise.</summary>
    public int[] Tangent { get; }

    /// <summary>Two means per hidden layer on that tape, likewise.</summary>
    public int TangentMoments { get; }

    /// <summary>Floats of that tape per row.</summary>
    public int TangentRow { get; }

    /// <summary>The widest padded row.</summary>
    public int Widest { get; }

    private static int Up(int size) => (size + Pad - 1) / Pad * Pad;
}
