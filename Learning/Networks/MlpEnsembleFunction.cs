namespace MbMix.Learning;

/// <summary>
/// One pass of a batch through the members that its rows name, as an autograd node; parameters are frozen.
/// </summary>
internal sealed unsafe class MlpEnsembleFunction(MlpEnsemble ensemble, MemberRows rows) : CustomFunction
{
    private long version;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var layout = ensemble.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1], width = layout.Padded[^1];
        using var x = inputs[0].detach().contiguous();
        Tensor y = TensorSpans.Empty(rows.Order.Length, outputs);
        Tensor? tape = keep ? TensorSpans.Empty((long)rows.Order.Length * layout.TapeRow) : null;
        fixed (float* from = x.Values<float>(), to = y.Values<float>())
        fixed (float* kept = tape is null ? default : tape.Values<float>())
        {
            var (source, destination, record) = ((nint)from, (nint)to, (nint)kept);
            ensemble.ForBlocks(rows, (block, part) =>
            {
                float* recorded = record == 0 ? part.Tape : (float*)record + ((long)block.First * layout.TapeRow);
                Gather(block, (float*)source, size, part.DInput, size);
                ensemble.Kernel.Forward(
                    block.Count, part.DInput, ensemble.Packed(block.Member), part.Output, recorded);
                Scatter(block, part.Output, width, (float*)destination, outputs);
            });
        }
        version = ensemble.Version;
        if (tape is not null) Keep(tape);
        return [y];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        if (version != ensemble.Version)
            throw new InvalidOperationException(
                "The parameters of an ensemble changed between its forward and its backward pass.");
        var layout = ensemble.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1], width = layout.Padded[^1];
        Tensor dInput = TensorSpans.Empty(rows.Order.Length, size);
        fixed (float* tape = kept[0].Values<float>(), given = gradients[0]!.Values<float>())
        fixed (float* to = dInput.Values<float>())
        {
            var (record, dOutput, destination) = ((nint)tape, (nint)given, (nint)to);
            ensemble.ForBlocks(rows, (block, part) =>
            {
                if (outputs < width) new Span<float>(part.DOutput, block.Count * width).Clear();
                Gather(block, (float*)dOutput, outputs, part.DOutput, width);
                ensemble.Kernel.Backward(
                    block.Count,
                    null,
                    ensemble.Packed(block.Member),
                    (float*)record + ((long)block.First * layout.TapeRow),
                    part.DOutput,
                    null,
                    part.DInput,
                    part.Scratch);
                Scatter(block, part.DInput, layout.Padded[0], (float*)destination, size);
            });
        }
        return [dInput];
    }

    // from the batch to consecutive rows
    private void Gather(MemberRows.Block block, float* source, int columns, float* destination, int width)
    {
        for (int r = 0; r < block.Count; r++)
        {
            var row = new Span<float>(source + ((long)rows.Order[block.First + r] * columns), columns);
            row.CopyTo(new Span<float>(destination + (r * width), columns));
        }
    }

    // from consecutive rows to the batch
    private void Scatter(MemberRows.Block block, float* source, int width, float* destination, int columns)
    {
        for (int r = 0; r < block.Count; r++)
        {
            var row = new Span<float>(source + (r * width), columns);
            row.CopyTo(new Span<float>(destination + ((long)rows.Order[block.First + r] * columns), columns));
        }
    }
}
