using TorchSharp;

namespace MbMix;

/// <summary>
/// A model of the dynamics, which predicts the state after one control step. An instance is used by one thread at a
/// time.
/// </summary>
/// <remarks>
/// Learned models predict <c>s' = Integrate(s, f(Features(s), a))</c> in the environment's <see cref="IStateChart"/>.
/// </remarks>
public interface IDynamicsModel : ICheckpointed, IDisposable
{
    /// <summary>The description of the model: whether it is learned, and which data it is fitted on.</summary>
    ModelSpec Spec { get; }

    /// <summary>
    /// Predicts the next state. The result is differentiable in both arguments. Parameters are frozen, so that the
    /// backward pass of an actor never reaches what <see cref="Fit(TransitionBatch)"/> trains.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <returns>Next state <c>[B, S]</c>; the caller owns it.</returns>
    torch.Tensor Predict(torch.Tensor state, torch.Tensor action);

    /// <summary>
    /// Takes one training step on a batch of transitions. A model that is not learned does nothing and reports zeros.
    /// </summary>
    /// <param name="batch">The transitions.</param>
    FitReport Fit(TransitionBatch batch);

    /// <summary>
    /// Takes several training steps, each on one of equal parts of a batch, in order. By default, these are calls of
    /// <see cref="Fit(TransitionBatch)"/>; a model may do at once what all steps share.
    /// </summary>
    /// <param name="batch">The transitions of all steps.</param>
    /// <param name="steps">Number of steps; the number of transitions is a multiple of it.</param>
    /// <returns>The means over the steps.</returns>
    FitReport Fit(TransitionBatch batch, int steps)
    {
        double loss = 0, value = 0, derivative = 0;
        for (int k = 0; k < steps; k++)
        {
            using var scope = torch.NewDisposeScope();
            var report = Fit(batch.Part(k, steps));
            (loss, value, derivative) = (
                loss + report.Loss, value + report.ValueError, derivative + report.DerivativeError);
        }
        return new FitReport(loss / steps, value / steps, derivative / steps);
    }
}
