using TorchSharp;

namespace MbMix;

/// <summary>A model of the dynamics: predicts the state after one control step. One thread at a time per instance.</summary>
/// <remarks>Learned models predict <c>s' = Integrate(s, f(Features(s), a))</c> in the environment's <see cref="IStateChart"/>.</remarks>
public interface IDynamicsModel : ICheckpointed, IDisposable
{
    /// <summary>What the model is and what it wants to be fitted on.</summary>
    ModelSpec Spec { get; }

    /// <summary>
    /// The predicted next state. Differentiable in both arguments; parameters are frozen here, so that an actor's backward pass
    /// never reaches what <see cref="Fit"/> trains.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <returns>Next state <c>[B, S]</c>; the caller owns it.</returns>
    torch.Tensor Predict(torch.Tensor state, torch.Tensor action);

    /// <summary>One training step on a batch of transitions. A model that is not learned does nothing and reports no loss.</summary>
    FitReport Fit(TransitionBatch batch);
}
