using TorchSharp;

namespace MbMix;

/// <summary>
/// Local coordinates of a state space that need not be flat (unit quaternions): how two states differ, how a difference is added,
/// and which features of a state a learned model may depend on. All members are differentiable torch operations.
/// </summary>
public interface IStateChart
{
    /// <summary>Components T of a tangent vector.</summary>
    int TangentSize { get; }

    /// <summary>Components F of the model features.</summary>
    int FeatureSize { get; }

    /// <summary>
    /// What a learned model may see: no global horizontal position, and the velocity of the body point instead of a twist about the
    /// world origin, so that the model is invariant where the dynamics are.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <returns>Features <c>[B, F]</c>.</returns>
    torch.Tensor Features(torch.Tensor state);

    /// <summary>The tangent vector that leads from one state to another.</summary>
    /// <param name="from">State <c>[B, S]</c>.</param>
    /// <param name="to">State <c>[B, S]</c>.</param>
    /// <returns>Tangent <c>[B, T]</c>, zero where the states are equal.</returns>
    torch.Tensor Difference(torch.Tensor from, torch.Tensor to);

    /// <summary>Adds a tangent vector to a state; unit quaternions stay unit. Inverse of <see cref="Difference"/>.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="tangent">Tangent <c>[B, T]</c>.</param>
    /// <returns>State <c>[B, S]</c>.</returns>
    torch.Tensor Integrate(torch.Tensor state, torch.Tensor tangent);
}
