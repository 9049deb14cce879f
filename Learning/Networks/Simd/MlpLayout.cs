namespace MbMix.Learning;

/// <summary>
/// Where the kernels of a network find parameters, activations and tangents. Matrices are row-major. Rows of
/// activations are padded with zeros to whole vectors.
/// </summary>
internal sealed class MlpLayout
{
    /// <summary>Rows are padded to a multiple of this many floats: the widest vector.</summary>
    public const int Pad = 16;

    /// <summary>Lays out a network.</summary>
    /// <param name="sizes">Inputs, widths of the hidden layers, outputs.</param>
    /// <param name="layerNorm">Whether a layer normalization follows each activation.</param>
    /// <param name="keepsArgument">
    /// Whether the derivatives of the activation are computed from its argument and an inner value, not from its value.
    /// </param>
    /// <param name="offsets">
    /// Where each parameter begins in the block: per layer weight, bias and, if normalized, gain and offset.
    /// </param>
    /// <param name="blockSize">Floats of the parameter block.</param>
    public MlpLayout(int[] sizes, bool layerNorm, bool keepsArgument, ReadOnlySpan<int> offsets, int blockSize)
    {
        (Sizes, LayerNorm) = (sizes, layerNorm);
        Padded = [.. sizes.Select(Up)];
        int layers = sizes.Length - 1;
        (Weight, Bias, Gain, Offset) = (new int[layers], new int[layers], new int[layers - 1], new int[layers - 1]);
        (Transposed, Rows, RowStride) = (new int[layers], new int[layers], new int[layers]);
        (Kept, Output, Tangent) = (new int[layers - 1], new int[layers - 1], new int[layers - 1]);
        Inner = new int[layers - 1];
        BlockSize = blockSize;
        PackSize = BlockSize;
        int p = 0;
        for (int layer = 0; layer < layers; layer++)
        {
            Weight[layer] = offsets[p++];
            Bias[layer] = offsets[p++];
            if (layerNorm && layer < layers - 1)
            {
                Gain[layer] = offsets[p++];
                Offset[layer] = offsets[p++];
            }
            Transposed[layer] = PackSize;
            PackSize += sizes[layer] * Padded[layer + 1];
            // the weights in the block serve if their rows need no padding; otherwise the pack holds a padded copy
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
            Inner[layer] = TapeRow;
            if (keepsArgument) TapeRow += Padded[layer + 1];
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

    /// <summary>Inputs, widths of the hidden layers, outputs.</summary>
    public int[] Sizes { get; }

    /// <summary>The same sizes, padded.</summary>
    public int[] Padded { get; }

    /// <summary>Whether a layer normalization follows each activation.</summary>
    public bool LayerNorm { get; }

    /// <summary>Floats of the parameter block.</summary>
    public int BlockSize { get; }

    /// <summary>
    /// Floats of the packed parameters: the block, followed by transposed and padded copies of the weights.
    /// </summary>
    public int PackSize { get; }

    /// <summary>Per layer, the offset of the weights <c>[out, in]</c> in the block.</summary>
    public int[] Weight { get; }

    /// <summary>Per layer, the offset of the biases in the block.</summary>
    public int[] Bias { get; }

    /// <summary>Per hidden layer, the offset of the normalization's gains in the block.</summary>
    public int[] Gain { get; }

    /// <summary>Per hidden layer, where the normalization's offsets begin in the block.</summary>
    public int[] Offset { get; }

    /// <summary>Per layer, the offset of the weights <c>[in, out padded]</c> in the pack.</summary>
    public int[] Transposed { get; }

    /// <summary>Per layer, the offset of the weights <c>[out, in padded]</c> in the pack.</summary>
    public int[] Rows { get; }

    /// <summary>Per layer, the distance between rows of <see cref="Rows"/>.</summary>
    public int[] RowStride { get; }

    /// <summary>
    /// Per hidden layer, what the tape keeps of the activation: its value or its argument. Like the following offsets,
    /// it is per row: multiply it by the number of rows.
    /// </summary>
    public int[] Kept { get; }

    /// <summary>
    /// Per hidden layer, the inner value that the tape keeps beside the argument of the activation, per row; nothing if
    /// it keeps the value.
    /// </summary>
    public int[] Inner { get; }

    /// <summary>Per hidden layer, the output of the layer on the tape, per row.</summary>
    public int[] Output { get; }

    /// <summary>The mean and scale of each hidden layer's normalization on the tape, per row.</summary>
    public int Moments { get; }

    /// <summary>Floats of the tape per row.</summary>
    public int TapeRow { get; }

    /// <summary>
    /// Per hidden layer, the tangents of its linear part followed by those of its output, on the tangents' own tape,
    /// per row.
    /// </summary>
    public int[] Tangent { get; }

    /// <summary>Two means per hidden layer on the tangents' tape, per row.</summary>
    public int TangentMoments { get; }

    /// <summary>Floats of the tangents' tape per row.</summary>
    public int TangentRow { get; }

    /// <summary>The widest padded row.</summary>
    public int Widest { get; }

    private static int Up(int size) => (size + Pad - 1) / Pad * Pad;
}
