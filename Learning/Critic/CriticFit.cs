namespace MbMix.Learning;

/// <summary>Fits a critic to given targets: passes over contiguous minibatches of the window, in order, each a clipped Adam step on the mean squared error.</summary>
/// <param name="critic">Critic.</param>
/// <param name="adam">Its optimizer.</param>
/// <param name="passes">Passes over the window.</param>
/// <param name="minibatches">Minibatches of a pass.</param>
/// <param name="maxNorm">Largest norm of a gradient.</param>
public sealed class CriticFit(ValueNetwork critic, Adam adam, int passes, int minibatches, double maxNorm)
{
    /// <summary>Fits the critic.</summary>
    /// <param name="observations">Normalized observations <c>[N, O]</c> without history, time-major.</param>
    /// <param name="targets">Targets <c>[N]</c>.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clock">Told what goes on.</param>
    /// <returns>The mean loss of the last pass.</returns>
    public double Run(Tensor observations, Tensor targets, double learningRate, PhaseClock clock)
    {
        var outer = clock.Enter(Phase.Networks);
        long rows = targets.shape[0], size = (rows + minibatches - 1) / minibatches;
        double loss = 0;
        int count = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            for (long first = 0; first < rows; first += size)
            {
                using var scope = torch.NewDisposeScope();
                long length = Math.Min(size, rows - first);
                var error = (critic.Value(observations.narrow(0, first, length)) - targets.narrow(0, first, length)).square().mean();
                Backward.Run(error);
                if (pass == passes - 1)
                {
                    loss += error.item<float>();
                    count++;
                }
                clock.Enter(Phase.Optimizer);
                adam.Step(learningRate, maxNorm);
                clock.Enter(Phase.Networks);
            }
        }
        clock.Enter(outer);
        return loss / count;
    }
}
