using TorchSharp;

namespace MbMix;

/// <summary>
/// Local coordinates of a state space that need not be flat (think of unit quaternions): how two states differ, how a
/// difference is added to a state, and which features of a state a learned model may depend on. All members are
/// differentiable torch operations; second derivatives need not exist.
/// </summary>
public interface IStateChart
{
    /// <summary>Number T of components of a tangent vector.</summary>
    int TangentSize { get; }

    /// <summary>Number F of model features.</summary>
    int FeatureSize { get; }

    /// <summary>
    /// Computes what a learned model may see of a state. The global horizontal position is left out, and the velocity
    /// of a body is that of a point of the body instead of a twist about the world origin, so that the model has the
    /// invariances of the dynamics.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <returns>Features <c>[B, F]</c>.</returns>
    torch.Tensor Features(torch.Tensor state);

    /// <summary>Computes the tangent vector that leads from one state to another.</summary>
    /// <param name="from">First state <c>[B, S]</c>.</param>
    /// <param name="to">Second state <c>[B, S]</c>.</param>
    /// <returns>Tangent <c>[B, T]</c>; zero if the states are equal.</returns>
    torch.Tensor Difference(torch.Tensor from, torch.Tensor to);

    /// <summary>
    /// Displaces a state by a tangent vector; the inverse of <see cref="Difference"/>. Unit quaternions keep norm 1.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="tangent">Tangent <c>[B, T]</c>.</param>
    /// <returns>The displaced state <c>[B, S]</c>.</returns>
    torch.Tensor Integrate(torch.Tensor state, torch.Tensor tangent);

    /// <summary>
    /// Pulls cotangents c of the features back to tangent coordinates at the state:
    /// <c>c dFeatures(Integrate(s, d))/dd</c> at d = 0. The result is linear in the cotangents and differentiable in
    /// them only, as a model that is trained on derivatives requires.
    /// </summary>
    /// <remarks>
    /// The default implementation differentiates <see cref="Features"/> and <see cref="Integrate"/> twice; override it
    /// if they do not allow that.
    /// </remarks>
    /// <param name="state">State <c>[B, S]</c>; it receives no gradient.</param>
    /// <param name="dFeatures">Cotangents of the features, <c>[B, F]</c>, of the same type as the state.</param>
    /// <returns>Cotangents of the displacement, <c>[B, T]</c>.</returns>
    torch.Tensor FeaturesPullback(torch.Tensor state, torch.Tensor dFeatures)
    {
        using var scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();
        var displacement = torch.zeros(
            [state.shape[0], TangentSize], dtype: state.dtype, device: state.device, requires_grad: true);
        var features = Features(Integrate(state.detach(), displacement));
        var products = torch.autograd.grad(
            [features], [displacement], [dFeatures], retain_graph: true, create_graph: true);
        return products[0].MoveToOuterDisposeScope();
    }
}
