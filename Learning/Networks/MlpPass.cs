namespace MbMix.Learning;

/// <summary>
/// A trainable forward pass of a <see cref="BoundMlp"/> whose output and vector-Jacobian products are both in the
/// graph, as losses on derivatives need. The input is data and receives no gradient.
/// </summary>
public sealed unsafe class MlpPass
{
    internal MlpPass(BoundMlp network, Tensor input)
    {
        Network = network;
        Input = input.detach().contiguous();
        Batch = (int)input.size(0);
        Tape = TensorSpans.Empty((long)Batch * network.Kernel.Layout.TapeRow);
        Version = network.Version;
        Output = new PassFunction(this).Apply(network.Parameters.Trainable[0])[0];
    }

    /// <summary>The output <c>[B, Outputs]</c>, trainable.</summary>
    public Tensor Output { get; }

    internal BoundMlp Network { get; }

    internal Tensor Input { get; }

    internal Tensor Tape { get; }

    internal int Batch { get; }

    internal long Version { get; }

    /// <summary>
    /// Pulls cotangents of the output back to the input, row by row. The result is differentiable in the cotangents and
    /// in the parameters.
    /// </summary>
    /// <param name="dOutput">
    /// Cotangents of the output, float32 <c>[n, Outputs]</c>, for the first n of the B rows.
    /// </param>
    /// <returns>Cotangents of the input, <c>dOutput * J</c>, <c>[n, Inputs]</c>.</returns>
    public Tensor Pullback(Tensor dOutput)
    {
        int rows = RequireRows(dOutput, "Cotangents", Network.Network.Outputs);
        return new PullbackFunction(this, rows).Apply(dOutput, Network.Parameters.Trainable[0])[0];
    }

    /// <summary>
    /// Adds to the gradients of the parameters that of <c>sum(dOutput * Output) + sum(dProducts *
    /// Pullback(cotangents))</c>. This is what a backward pass through both does as well, in four products per layer
    /// instead of six, and without a graph.
    /// </summary>
    /// <param name="dOutput">Cotangents of the output, float32 <c>[B, Outputs]</c>.</param>
    /// <param name="products">
    /// Vector-Jacobian products: their cotangents, float32 <c>[n, Outputs]</c>, as they were pulled back, and the
    /// cotangents of the results, float32 <c>[n, Inputs]</c>. None of them receives a gradient.
    /// </param>
    public void AddGradients(Tensor dOutput, params ReadOnlySpan<(Tensor Cotangents, Tensor DProducts)> products)
    {
        Network.CheckVersion(Version);
        if (RequireRows(dOutput, "Cotangents", Network.Network.Outputs) != Batch)
            throw new MbMixException($"Cotangents of {dOutput.size(0)} rows came; expected {Batch}.");
        var pulled = new Pulled[products.Length];
        var held = new Tensor[2 * products.Length];
        for (int k = 0; k < products.Length; k++)
        {
            var (cotangents, dProducts) = products[k];
            int rows = RequireRows(cotangents, "Cotangents", Network.Network.Outputs);
            if (RequireRows(dProducts, "Cotangents of products", Network.Network.Inputs) != rows)
                throw new MbMixException($"Cotangents of {rows} rows and {dProducts.size(0)} products came.");
            held[2 * k] = cotangents.detach().contiguous();
            held[(2 * k) + 1] = dProducts.detach().contiguous();
            pulled[k] = new Pulled(rows, Address(held[2 * k]), Address(held[(2 * k) + 1]));
        }
        using var given = dOutput.detach().contiguous();
        nint x = Address(Input), tape = Address(Tape), outputs = Address(given);
        Network.ForBlocks(Batch, 2 + (5 * pulled.Length), (block, part) => AddGradients(
            block, part, (float*)x, (float*)tape, (float*)outputs, pulled));
        Network.CollectGradients();
        foreach (var tensor in held) tensor.Dispose();
    }

    private void AddGradients(
        BoundMlp.RowBlock block, BoundMlp.Part part, float* x, float* tape, float* dOutput, Pulled[] products)
    {
        var (kernel, layout) = (Network.Kernel, Network.Kernel.Layout);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1], width = layout.Padded[^1];
        float* input = x + ((long)block.First * size), own = tape + ((long)block.First * layout.TapeRow);
        float* dValues = part.Output, dTangents = part.DOutput;
        Rows.Pad(block.Count, outputs, dOutput + ((long)block.First * outputs), dValues, width);
        foreach (var product in products)
        {
            int count = Math.Min(block.Count, product.Rows - block.First);
            if (count <= 0) continue;
            float* along = (float*)product.DProducts + ((long)block.First * size);
            float* cotangents = (float*)product.Cotangents + ((long)block.First * outputs);
            Rows.Fill(count, block.Count, size, along, part.Direction, size);
            Rows.Fill(count, block.Count, outputs, cotangents, dTangents, width);
            kernel.Tangents(block.Count, part.Direction, Network.Packed, own, null, part.Tangents);
            kernel.TangentBackward(
                block.Count, input, part.Direction, Network.Packed, own, part.Tangents, dTangents, dValues,
                part.Gradients, part.Scratch);
            // the gradient of the output came along with the first product
            dValues = null;
        }
        if (dValues == null) return;
        kernel.Backward(
            block.Count, input, Network.Packed, own, dValues, part.Gradients, null, part.Scratch);
    }

    private int RequireRows(Tensor of, string what, int columns)
    {
        if (of.dim() == 2 && of.size(0) <= Batch && of.size(1) == columns && of.dtype == torch.ScalarType.Float32)
            return (int)of.size(0);
        throw new MbMixException(
            $"{what} of type {of.dtype} and shape [{string.Join(", ", of.shape)}] came; "
            + $"expected Float32 [{Batch}, {columns}], or fewer rows.");
    }

    // a tensor's memory is native and does not move
    private static nint Address(Tensor of)
    {
        fixed (float* pointer = of.Values<float>()) return (nint)pointer;
    }

    private readonly record struct Pulled(int Rows, nint Cotangents, nint DProducts);
}
