namespace MbMix.Learning;

/// <summary>
/// The pullback <c>w = c J</c> of an <see cref="MlpPass"/> as an autograd node. Its inputs are the cotangent c and one
/// parameter that stands for all of them. Given a cotangent d of w, the cotangent of c is <c>J d</c>, the derivative
/// along d, and the parameters receive the gradient of <c>c J d</c>.
/// </summary>
/// <param name="pass">The pass.</param>
/// <param name="rows">Number of rows with a cotangent, the first ones.</param>
internal sealed unsafe class PullbackFunction(MlpPass pass, int rows) : CustomFunction
{
    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1];
        Tensor c = inputs[0].detach().contiguous(), w = TensorSpans.Empty(rows, size);
        fixed (float* from = pass.Input.Values<float>(), kept = pass.Tape.Values<float>())
        fixed (float* given = c.Values<float>(), to = w.Values<float>())
        {
            var (x, tape, cotangent, destination) = ((nint)from, (nint)kept, (nint)given, (nint)to);
            network.ForBlocks(pass.Batch, 1, (block, part) =>
            {
                int count = Math.Min(block.Count, rows - block.First);
                if (count <= 0) return;
                float* dOutput = (float*)cotangent + ((long)block.First * outputs);
                Rows.Fill(count, block.Count, outputs, dOutput, part.DOutput, layout.Padded[^1]);
                network.Kernel.Backward(
                    block.Count,
                    (float*)x + ((long)block.First * size),
                    network.Packed,
                    (float*)tape + ((long)block.First * layout.TapeRow),
                    part.DOutput,
                    null,
                    part.DInput,
                    part.Scratch);
                float* dInput = (float*)destination + ((long)block.First * size);
                Rows.Copy(count, size, part.DInput, layout.Padded[0], dInput, size);
            });
        }
        if (keep) Keep(pass.Input.alias(), pass.Tape.alias(), c);
        else c.Dispose();
        return [w];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        var (network, layout) = (pass.Network, pass.Network.Kernel.Layout);
        network.CheckVersion(pass.Version);
        int size = layout.Sizes[0], outputs = layout.Sizes[^1], width = layout.Padded[^1];
        var dCotangent = TensorSpans.Empty(rows, outputs);
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>(), given = kept[2].Values<float>())
        fixed (float* along = gradients[0]!.Values<float>(), to = dCotangent.Values<float>())
        {
            var (x, record, cotangent, direction, destination) = (
                (nint)from, (nint)tape, (nint)given, (nint)along, (nint)to);
            network.ForBlocks(pass.Batch, 5, (block, part) =>
            {
                long first = block.First;
                int count = (int)Math.Min(block.Count, rows - first);
                if (count <= 0) return;
                float* input = (float*)x + (first * size), d = part.Direction;
                Rows.Fill(count, block.Count, size, (float*)direction + (first * size), d, size);
                float* own = (float*)record + (first * layout.TapeRow), c = part.DOutput;
                network.Kernel.Tangents(block.Count, d, network.Packed, own, part.Output, part.Tangents);
                Rows.Copy(count, outputs, part.Output, width, (float*)destination + (first * outputs), outputs);
                Rows.Fill(count, block.Count, outputs, (float*)cotangent + (first * outputs), c, width);
                network.Kernel.TangentBackward(
                    block.Count, input, d, network.Packed, own, part.Tangents, c, null, part.Gradients, part.Scratch);
            });
        }
        network.CollectGradients();
        return [dCotangent, null];
    }
}
