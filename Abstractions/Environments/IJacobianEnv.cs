using TorchSharp;

namespace MbMix;

/// <summary>
/// An environment that computes derivatives of a control step directly, at a lower cost than repeated calls of
/// <c>backward()</c>. Implementing it is optional: <c>EnvJacobians</c> provides the same for any environment with
/// gradients. Derivatives are in the tangent coordinates of <see cref="IDifferentiableEnv.Chart"/> (T components), in
/// which exact and finite-difference environments agree.
/// </summary>
public interface IJacobianEnv : IDifferentiableEnv
{
    /// <summary>
    /// Computes the derivatives of next state, observation and reward with respect to state and action.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    Jacobians Linearize(torch.Tensor state, torch.Tensor action);

    /// <summary>
    /// Pulls K cotangents of the next state back through one control step, with a single forward pass for all of them.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="dNextState">Cotangents of the next state, <c>[B, K, T]</c>.</param>
    /// <returns>Cotangents of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>, without gradient history.</returns>
    (torch.Tensor dState, torch.Tensor dAction) Pullback(
        torch.Tensor state, torch.Tensor action, torch.Tensor dNextState);
}
