namespace MbMix.Learning;

/// <summary>
/// The output of an <see cref="MlpPass"/> as an autograd node. Its only input is one parameter that stands for all of
/// them.
/// </summary>
internal sealed unsafe class PassFunction(MlpPass pass) : CustomFunction
{
    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        var y = TensorSpans.Empty(pass.Batch, outputs);
        fixed (float* from = pass.Input.Values<float>(), kept = pass.Tape.Values<float>(), to = y.Values<float>())
        {
            var (x, tape, destination) = ((nint)from, (nint)kept, (nint)to);
            network.ForBlocks(pass.Batch, 1, (block, part) =>
            {
                float* input = (float*)x + ((long)block.First * size);
                float* record = (float*)tape + ((long)block.First * layout.TapeRow);
                float* output = (float*)destination + ((long)block.First * outputs);
                network.Kernel.Forward(block.Count, input, network.Packed, part.Output, record);
                Rows.Copy(block.Count, outputs, part.Output, layout.Padded[^1], output, outputs);
            });
        }
        if (keep) Keep(pass.Input.alias(), pass.Tape.alias());
        return [y];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>())
        fixed (float* given = gradients[0]!.Values<float>())
        {
            var (x, record, dOutput) = ((nint)from, (nint)tape, (nint)given);
            network.ForBlocks(pass.Batch, 2, (block, part) =>
            {
                float* dRows = (float*)dOutput + ((long)block.First * outputs);
                Rows.Pad(block.Count, outputs, dRows, part.DOutput, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)x + ((long)block.First * size),
                    network.Packed,
                    (float*)record + ((long)block.First * layout.TapeRow),
                    part.DOutput,
                    part.Gradients,
                    null,
                    part.Scratch);
            });
        }
        network.CollectGradients();
        return [null];
    }
}
