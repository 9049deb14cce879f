namespace MbMix.Learning;

/// <summary>
/// One step of a <see cref="PolicyWindow"/> as an autograd node. Its inputs are the observation and one parameter that
/// stands for all of them.
/// </summary>
internal sealed unsafe class PolicyStep(PolicyWindow window, int t) : CustomFunction
{
    private readonly MlpLayout layout = window.Mean.Kernel.Layout;

    // per lane: the network's tape, then the squashed action and the scaled noise
    private int TapeRow => layout.TapeRow + (2 * layout.Padded[^1]);

    protected override Tensor[] Forward(ReadOnlySpan<Tensor> inputs, bool keep)
    {
        int lanes = window.Lanes, size = layout.Sizes[0], actions = layout.Sizes[^1], width = layout.Padded[^1];
        using var detached = inputs[0].detach();
        Tensor raw = detached.contiguous(), action = TensorSpans.Empty(lanes, actions);
        Tensor seen = window.Observations.narrow(0, (long)t * lanes, lanes);
        Tensor? tape = keep ? TensorSpans.Empty((long)lanes * TapeRow) : null;
        fixed (float* from = raw.Values<float>(), normalized = seen.Values<float>(), noise = window.Noise(t))
        fixed (float* to = action.Values<float>(), kept = tape is null ? default : tape.Values<float>())
        {
            var (source, x, random, destination, record) = (
                (nint)from, (nint)normalized, (nint)noise, (nint)to, (nint)kept);
            window.Mean.ForBlocks(lanes, 1, (block, part) =>
            {
                float* input = (float*)x + (block.First * size);
                Rows.Normalize(
                    block.Count, size, (float*)source + (block.First * size), window.Center, window.Scale, input);
                float* own = record == 0 ? part.Tape : (float*)record + ((long)block.First * TapeRow);
                float* squashed = record == 0 ? part.Output : own + (block.Count * layout.TapeRow);
                window.Mean.Kernel.Forward(block.Count, input, window.Mean.Packed, squashed, own);
                float* offsets = record == 0 ? null : squashed + (block.Count * width);
                AddNoise(block.Count, (float*)random + (block.First * actions), squashed, offsets);
                window.Mean.Kernel.Tanh(block.Count * width, squashed);
                window.Bounds.Scale(block.Count, squashed, width, (float*)destination + (block.First * actions));
            });
        }
        raw.Dispose();
        if (tape is not null) Keep(seen, tape);
        else seen.Dispose();
        return [action];
    }

    protected override Tensor?[] Backward(ReadOnlySpan<Tensor?> gradients, ReadOnlySpan<Tensor> kept)
    {
        window.Mean.CheckVersion(window.Version);
        // nothing that was differentiated depends on this action
        if (gradients[0] is null) return [null, null];
        window.RecordGradient(t, gradients[0]!.Values<float>());
        float[]? factors = window.Factors(gradients[0]!.Values<float>());
        int lanes = window.Lanes, size = layout.Sizes[0], actions = layout.Sizes[^1], width = layout.Padded[^1];
        int logStd = window.Mean.Parameters.OffsetOf(window.LogStd);
        Tensor? dObservation = Wanted(0) ? TensorSpans.Empty(lanes, size) : null;
        fixed (float* from = kept[0].Values<float>(), tape = kept[1].Values<float>())
        fixed (float* given = gradients[0]!.Values<float>())
        fixed (float* to = dObservation is null ? default : dObservation.Values<float>())
        {
            var (x, record, dAction, destination) = ((nint)from, (nint)tape, (nint)given, (nint)to);
            window.Mean.ForBlocks(lanes, 2, (block, part) =>
            {
                float* own = (float*)record + ((long)block.First * TapeRow);
                float* squashed = own + (block.Count * layout.TapeRow), offsets = squashed + (block.Count * width);
                float* d = part.DOutput, sum = part.Gradients;
                Rows.Pad(block.Count, actions, (float*)dAction + (block.First * actions), d, width);
                window.Bounds.ScaleBackward(block.Count, d, width);
                Scale(block, width, factors, d);
                for (int i = 0; i < block.Count * width; i++) d[i] *= 1f - (squashed[i] * squashed[i]);
                for (int r = 0; r < block.Count; r++)
                {
                    for (int a = 0; a < actions; a++) sum[logStd + a] += d[(r * width) + a] * offsets[(r * width) + a];
                }
                window.Mean.Kernel.Backward(
                    block.Count,
                    (float*)x + (block.First * size),
                    window.Mean.Packed,
                    own,
                    d,
                    sum,
                    destination == 0 ? null : part.DInput,
                    part.Scratch);
                if (destination == 0) return;
                float* result = (float*)destination + (block.First * size);
                Rows.ScaleColumns(block.Count, size, part.DInput, layout.Padded[0], window.Scale, result);
            });
        }
        window.Mean.CollectGradients();
        return [dObservation, null];
    }

    // the observation's gradient is scaled, too: it is the same path through the policy
    private static void Scale(BoundMlp.RowBlock block, int width, float[]? factors, float* d)
    {
        if (factors is null) return;
        for (int r = 0; r < block.Count; r++)
        {
            for (int a = 0; a < width; a++) d[(r * width) + a] *= factors[block.First + r];
        }
    }

    // leaves the padding zero
    private void AddNoise(int rows, float* noise, float* mean, float* offsets)
    {
        int actions = layout.Sizes[^1], width = layout.Padded[^1];
        for (int r = 0; r < rows; r++, noise += actions, mean += width)
        {
            for (int a = 0; a < actions; a++)
            {
                float offset = window.Std[a] * noise[a];
                mean[a] += offset;
                if (offsets != null) offsets[(r * width) + a] = offset;
            }
        }
    }
}
