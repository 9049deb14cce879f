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
    /// <param name="observations">Normalized observations <c>[H*B, O]</c> without history, time-major.</param>
    /// <param name="targets">Targets <c>[H*B]</c>.</param>
    /// <param name="flags">Which steps are valid; the others are left out.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clock">Told what the time goes into.</param>
    public CriticFitReport Run(Tensor observations, Tensor targets, RolloutFlags flags, double learningRate, PhaseClock clock)
    {
        Tensor inputs = flags.ValidRows(observations), outputs = flags.ValidRows(targets);
        int rows = (int)outputs.shape[0], batch = (rows + minibatches - 1) / minibatches;
        double loss = 0, norm = 0;
        int updates = 0, clipped = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            for (int at = 0; at < rows; at += batch)
            {
                using var scope = torch.NewDisposeScope();
                int count = Math.Min(batch, rows - at);
                var error = torch.nn.functional.mse_loss(critic.Value(inputs.narrow(0, at, count)), outputs.narrow(0, at, count));
                Backward.Run(error);
                loss += error.item<float>();
                clock.Networks();
                var update = adam.Step(learningRate, maxNorm);
                norm += update.GradientNorm;
                clipped += update.Clipped ? 1 : 0;
                updates++;
                clock.Optimizer();
            }
        }
        return new CriticFitReport(loss / updates, norm / updates, clipped / (double)updates);
    }
}
