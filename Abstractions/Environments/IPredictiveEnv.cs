using TorchSharp;

namespace MbMix;

/// <summary>
/// An environment whose observation, reward and termination are functions of (state, action, next state), so that they can be
/// evaluated on states that a dynamics model predicted.
/// </summary>
public interface IPredictiveEnv : IDifferentiableEnv
{
    /// <summary>
    /// What <see cref="IDifferentiableEnv.Step"/> would have reported, had it gone from <paramref name="state"/> to
    /// <paramref name="nextState"/>. Differentiable in all three arguments.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="nextState">The state after the step, <c>[B, S]</c>, predicted or true.</param>
    Outcome Evaluate(torch.Tensor state, torch.Tensor action, torch.Tensor nextState);
}
