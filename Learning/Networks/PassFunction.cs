namespace MbMix.Learning;

/// <summary>The output of an <see cref="MlpPass"/> as an autograd node, whose one input is a parameter by which the graph knows of them all.</summary>
internal sealed unsafe class PassFunction(MlpPass pass) : CustomFunction
{
    protected override Tensor[] Evaluate(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        var y = TensorSpans.Empty(pass.Rows, outputs);
        fixed (float* from = pass.Input.Values<float>(), kept = pass.Tape.Values<float>(), to = y.Values<float>())
        {
            var (x, tape, destination) = ((nint)from, (nint)kept, (nint)to);
            network.ForBlocks(pass.Rows, 1, (block, part) =>
            {
                network.Kernel.Forward(block.Count, (float*)x + ((long)block.First * size), network.Packed, part.Output, (float*)tape + ((long)block.First * layout.TapeRow));
                Rows.Copy(block.Count, outputs, part.Output, layout.Padded[^1], (float*)destination + ((long)block.First * outputs), outputs);
            });
        }
        if (keep) Keep(pass.Input.alias(), pass.Tape.alias());
        return [y];
    }

    protected override Tensor?[] Differentiate(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>(), given = gradients[0]!.Values<float>())
        {
            var (x, record, cotangent) = ((nint)from, (nint)tape, (nint)given);
            network.ForBlocks(pass.Rows, 2, (block, part) =>
            {
                Rows.Pad(block.Count, outputs, (float*)cotangent + ((long)block.First * outputs), part.OutputGradient, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)x + ((long)block.First * size),
                    network.Packed,
                    (float*)record + ((long)block.First * layout.TapeRow),
                    part.OutputGradient,
                    part.Gradients,
                    null,
                    part.Scratch);
            });
        }
        network.CollectGradients();
        return [null];
    }
}
