namespace MbMix.Learning;

/// <summary>
/// One pass of a network over a batch as an autograd node. Its inputs are the network's input and, if the network is
/// trained, one of its parameters: that one stands for all of them, so that the graph reaches this node.
/// </summary>
internal sealed unsafe class MlpFunction(BoundMlp network, int rows, bool train) : CustomFunction
{
    private long version;

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var layout = network.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor x = inputs[0].is_contiguous() ? inputs[0].detach() : inputs[0].detach().contiguous();
        Tensor y = TensorSpans.Empty(rows, outputs);
        Tensor? tape = keep ? TensorSpans.Empty((long)rows * layout.TapeRow) : null;
        fixed (float* from = x.Values<float>(), to = y.Values<float>())
        fixed (float* kept = tape is null ? default : tape.Values<float>())
        {
            var (source, destination, record) = ((nint)from, (nint)to, (nint)kept);
            network.ForBlocks(rows, 1, (block, part) =>
            {
                float* recorded = record == 0 ? part.Tape : (float*)record + ((long)block.First * layout.TapeRow);
                float* input = (float*)source + ((long)block.First * size);
                float* output = (float*)destination + ((long)block.First * outputs);
                network.Kernel.Forward(block.Count, input, network.Packed, part.Output, recorded);
                Rows.Copy(block.Count, outputs, part.Output, layout.Padded[^1], output, outputs);
            });
        }
        version = network.Version;
        if (tape is not null) Keep(x, tape);
        else x.Dispose();
        return [y];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        network.CheckVersion(version);
        var layout = network.Kernel.Layout;
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor? dInput = Wanted(0) ? TensorSpans.Empty(rows, size) : null;
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>())
        fixed (float* given = gradients[0]!.Values<float>(), to = dInput is null ? default : dInput.Values<float>())
        {
            var (source, record, dOutput, destination) = ((nint)from, (nint)tape, (nint)given, (nint)to);
            network.ForBlocks(rows, 2, (block, part) =>
            {
                float* dRows = (float*)dOutput + ((long)block.First * outputs);
                Rows.Pad(block.Count, outputs, dRows, part.DOutput, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)source + ((long)block.First * size),
                    network.Packed,
                    (float*)record + ((long)block.First * layout.TapeRow),
                    part.DOutput,
                    train ? part.Gradients : null,
                    destination == 0 ? null : part.DInput,
                    part.Scratch);
                if (destination == 0) return;
                float* result = (float*)destination + ((long)block.First * size);
                Rows.Copy(block.Count, size, part.DInput, layout.Padded[0], result, size);
            });
        }
        if (train) network.CollectGradients();
        return Inputs == 1 ? [dInput] : [dInput, null];
    }
}
