using TorchSharp;

namespace MbMix;

/// <summary>
/// Local coordinates of a state space that need not be flat (unit quaternions): how two states differ, how a difference is added,
/// and which features of a state a learned model may depend on. All members are differentiable torch operations; second derivatives need not exist.
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

    /// <summary>
    /// Pulls cotangents of the features back to tangent coordinates at the state: <c>c dFeatures(Integrate(s, d))/dd</c> at d = 0. Linear in the
    /// cotangents, and differentiable in them alone: what a model needs that is trained on derivatives.
    /// </summary>
    /// <remarks>This implementation differentiates <see cref="Features"/> and <see cref="Integrate"/> twice; override it where they cannot be.</remarks>
    /// <param name="state">State <c>[B, S]</c>, read as data.</param>
    /// <param name="cotangent">Cotangents c of the features, <c>[B, F]</c>, of the state's type.</param>
    /// <returns>Cotangents of the displacement <c>[B, T]</c>.</returns>
    torch.Tensor PullFeatures(torch.Tensor state, torch.Tensor cotangent)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var displacement = torch.zeros([state.shape[0], TangentSize], dtype: state.dtype, device: state.device, requires_grad: true);
        var features = Features(Integrate(state.detach(), displacement));
        return torch.autograd.grad([features], [displacement], [cotangent], retain_graph: true, create_graph: true)[0].MoveToOuterDisposeScope();
    }
}
