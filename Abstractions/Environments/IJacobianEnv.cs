using TorchSharp;

namespace MbMix;

/// <summary>
/// An environment that gives derivatives of a control step directly, cheaper than by sweeps of <c>backward()</c>. Optional: any
/// other environment is adapted by the learning library. Everything is in the tangent coordinates of
/// <see cref="IDifferentiableEnv.Chart"/> (T components), in which exact and finite-difference environments agree.
/// </summary>
public interface IJacobianEnv : IDifferentiableEnv
{
    /// <summary>The derivatives of next state, observation and reward with respect to state and action.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    Jacobians Linearize(torch.Tensor state, torch.Tensor action);

    /// <summary>Pulls K cotangents of the next state back through one control step, with one forward pass for all K.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>.</param>
    /// <param name="cotangents">Cotangents of the next state, <c>[B, K, T]</c>.</param>
    /// <returns>Cotangents of state <c>[B, K, T]</c> and action <c>[B, K, A]</c>, without gradient history.</returns>
    (torch.Tensor State, torch.Tensor Action) VectorJacobian(torch.Tensor state, torch.Tensor action, torch.Tensor cotangents);
}
