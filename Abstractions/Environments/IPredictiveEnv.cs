using TorchSharp;

namespace MbMix;

/// <summary>
/// An environment whose observation, reward and termination are functions of (state, action, next state), so that they
/// can be evaluated for next states that a dynamics model has predicted.
/// </summary>
public interface IPredictiveEnv : IDifferentiableEnv
{
    /// <summary>
    /// Computes what <see cref="IDifferentiableEnv.Step"/> would report if it led from <paramref name="state"/> to
    /// <paramref name="nextState"/>. The result is differentiable in all three arguments.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="nextState">State after the step, predicted or simulated, <c>[B, S]</c>.</param>
    Outcome Evaluate(torch.Tensor state, torch.Tensor action, torch.Tensor nextState);
}
