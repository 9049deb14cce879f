namespace MbMix.Learning;

/// <summary>
/// <c>w = c J</c> of an <see cref="MlpPass"/> as an autograd node: cotangent c, and a parameter by which the graph knows of them all. A cotangent d
/// of w gives c that of <c>J d</c>, the derivative along d, and the parameters the gradient of <c>c J d</c>.
/// </summary>
internal sealed unsafe class PullbackFunction(MlpPass pass) : CustomFunction
{
    protected override Tensor[] Evaluate(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor c = inputs[0].detach().contiguous(), w = TensorSpans.Empty(pass.Rows, size);
        fixed (float* from = pass.Input.Values<float>(), kept = pass.Tape.Values<float>(), given = c.Values<float>(), to = w.Values<float>())
        {
            var (x, tape, cotangent, destination) = ((nint)from, (nint)kept, (nint)given, (nint)to);
            network.ForBlocks(pass.Rows, 1, (block, part) =>
            {
                Rows.Pad(block.Count, outputs, (float*)cotangent + ((long)block.First * outputs), part.OutputGradient, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)x + ((long)block.First * size),
                    network.Packed,
                    (float*)tape + ((long)block.First * layout.TapeRow),
                    part.OutputGradient,
                    null,
                    part.InputGradient,
                    part.Scratch);
                Rows.Copy(block.Count, size, part.InputGradient, layout.Padded[0], (float*)destination + ((long)block.First * size), size);
            });
        }
        if (keep) Keep(pass.Input.alias(), pass.Tape.alias(), c);
        else c.Dispose();
        return [w];
    }

    protected override Tensor?[] Differentiate(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1], width = layout.Padded[^1];
        var moved = TensorSpans.Empty(pass.Rows, outputs);
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>(), given = kept[2].Values<float>())
        fixed (float* along = gradients[0]!.Values<float>(), to = moved.Values<float>())
        {
            var (x, record, cotangent, direction, destination) = ((nint)from, (nint)tape, (nint)given, (nint)along, (nint)to);
            network.ForBlocks(pass.Rows, 5, (block, part) =>
            {
                float* input = (float*)x + ((long)block.First * size), d = (float*)direction + ((long)block.First * size);
                float* own = (float*)record + ((long)block.First * layout.TapeRow), c = part.OutputGradient;
                network.Kernel.Tangents(block.Count, d, network.Packed, own, part.Output, part.Tangents);
                Rows.Copy(block.Count, outputs, part.Output, width, (float*)destination + ((long)block.First * outputs), outputs);
                Rows.Pad(block.Count, outputs, (float*)cotangent + ((long)block.First * outputs), c, width);
                network.Kernel.TangentBackward(block.Count, input, d, network.Packed, own, part.Tangents, c, part.Gradients, part.Scratch);
            });
        }
        network.CollectGradients();
        return [moved, null];
    }
}
