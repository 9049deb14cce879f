namespace MbMix.Learning;

/// <summary>
/// Fits a critic to given targets in several passes over contiguous minibatches, in order; each minibatch is one
/// clipped Adam step on the mean squared error. It works without tensors and without an autograd graph: each block of
/// rows goes forward and backward through the network while it is in the cache.
/// </summary>
/// <param name="critic">The critic to fit.</param>
/// <param name="adam">Optimizer of the critic's parameters.</param>
/// <param name="passes">Number of passes over the window.</param>
/// <param name="minibatches">Number of minibatches per pass.</param>
/// <param name="maxNorm">Gradient norm above which a gradient is clipped.</param>
public sealed unsafe class CriticFit(ValueNetwork critic, Adam adam, int passes, int minibatches, double maxNorm)
{
    private float[] errors = [];

    /// <summary>Fits the critic to the targets of one window.</summary>
    /// <param name="observations">
    /// Normalized observations, float32 <c>[H*B, O]</c>, time-major, without gradient history.
    /// </param>
    /// <param name="targets">Targets, float32 <c>[H*B]</c>.</param>
    /// <param name="flags">Flags of the window; invalid steps are left out.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clock">Measures the time spent in each phase; null for no measurement.</param>
    public CriticFitReport Run(
        Tensor observations, Tensor targets, RolloutFlags flags, double learningRate, PhaseClock? clock = null) =>
        Run(observations, targets, flags, learningRate, passes, minibatches, clock);

    internal CriticFitReport Run(
        Tensor observations, Tensor targets, RolloutFlags flags, double learningRate, int passes, int minibatches,
        PhaseClock? clock)
    {
        Tensor inputs = flags.ValidRows(observations), outputs = flags.ValidRows(targets);
        int rows = (int)outputs.size(0), size = critic.Network.Network.Inputs,
            batch = (rows + minibatches - 1) / minibatches;
        if (inputs.dim() != 2 || inputs.size(0) != rows || inputs.size(1) != size)
            throw new MbMixException(
                $"The critic got observations of shape [{string.Join(", ", inputs.shape)}]; expected [{rows}, "
                + $"{size}].");
        if (errors.Length < batch) errors = new float[batch];
        double loss = 0, norm = 0;
        int updates = 0, clipped = 0;
        fixed (float* x = inputs.Values<float>(), y = outputs.Values<float>())
        {
            for (int pass = 0; pass < passes; pass++)
            {
                for (int at = 0; at < rows; at += batch)
                {
                    loss += Accumulate(Math.Min(batch, rows - at), x + ((long)at * size), y + at);
                    clock?.Networks();
                    var update = adam.Step(learningRate, maxNorm);
                    norm += update.GradientNorm;
                    clipped += update.Clipped ? 1 : 0;
                    updates++;
                    clock?.Optimizer();
                }
            }
        }
        return new CriticFitReport(loss / updates, norm / updates, clipped / (double)updates);
    }

    // returns the mean squared error of a minibatch, and adds its gradient to the parameters' gradients
    private double Accumulate(int rows, float* x, float* y)
    {
        var network = critic.Network;
        var layout = network.Kernel.Layout;
        int size = layout.Sizes[0], width = layout.Padded[^1];
        float slope = 2f / rows;
        network.Refresh();
        network.ForBlocks(rows, 3, (block, part) =>
        {
            float* input = x + ((long)block.First * size), value = part.Output, gradient = part.DOutput;
            network.Kernel.Forward(block.Count, input, network.Packed, value, part.Tape);
            for (int r = 0; r < block.Count; r++)
            {
                float error = value[r * width] - y[block.First + r];
                errors[block.First + r] = error;
                gradient[r * width] = slope * error;
            }
            network.Kernel.Backward(
                block.Count, input, network.Packed, part.Tape, gradient, part.Gradients, null, part.Scratch);
        });
        network.CollectGradients();
        double sum = 0;
        for (int r = 0; r < rows; r++) sum += (double)errors[r] * errors[r];
        return sum / rows;
    }
}
