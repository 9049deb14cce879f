namespace MbMix.Learning;

/// <summary>A network on a batch as an autograd node: input, and where it is trained any of its parameters, by which the graph knows of it.</summary>
internal sealed unsafe class MlpFunction(BoundMlp network, int rows, bool train) : CustomFunction
{
    private long version;

    protected override Tensor[] Evaluate(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var layout = network.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor x = inputs[0].is_contiguous() ? inputs[0].detach() : inputs[0].detach().contiguous(), y = TensorSpans.Empty(rows, outputs);
        Tensor? tape = keep ? TensorSpans.Empty((long)rows * layout.TapeRow) : null;
        fixed (float* from = x.Values<float>(), to = y.Values<float>(), kept = tape is null ? default : tape.Values<float>())
        {
            var (source, destination, record) = ((nint)from, (nint)to, (nint)kept);
            network.ForBlocks(rows, 1, (block, part) =>
            {
                float* recorded = record == 0 ? part.Tape : (float*)record + ((long)block.First * layout.TapeRow);
                network.Kernel.Forward(block.Count, (float*)source + ((long)block.First * size), network.Packed, part.Output, recorded);
                Rows.Copy(block.Count, outputs, part.Output, layout.Padded[^1], (float*)destination + ((long)block.First * outputs), outputs);
            });
        }
        version = network.Version;
        if (tape is not null) Keep(x, tape);
        else x.Dispose();
        return [y];
    }

    protected override Tensor?[] Differentiate(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        network.CheckVersion(version);
        var layout = network.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor? result = Wanted(0) ? TensorSpans.Empty(rows, size) : null;
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>(), given = gradients[0]!.Values<float>(), to = result is null ? default : result.Values<float>())
        {
            var (source, record, cotangent, destination) = ((nint)from, (nint)tape, (nint)given, (nint)to);
            network.ForBlocks(rows, 2, (block, part) =>
            {
                Rows.Pad(block.Count, outputs, (float*)cotangent + ((long)block.First * outputs), part.OutputGradient, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)source + ((long)block.First * size),
                    network.Packed,
                    (float*)record + ((long)block.First * layout.TapeRow),
                    part.OutputGradient,
                    train ? part.Gradients : null,
                    destination == 0 ? null : part.InputGradient,
                    part.Scratch);
                if (destination != 0) Rows.Copy(block.Count, size, part.InputGradient, layout.Padded[0], (float*)destination + ((long)block.First * size), size);
            });
        }
        if (train) network.CollectGradients();
        return Inputs == 1 ? [result] : [result, null];
    }
}
