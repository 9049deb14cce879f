using TorchSharp;

namespace MbMix;

/// <summary>
/// M transitions to fit a model on. The caller keeps ownership of the tensors; none has gradient history.
/// </summary>
/// <param name="State">State <c>[M, S]</c>.</param>
/// <param name="Action">Action <c>[M, A]</c>.</param>
/// <param name="NextState">Next state <c>[M, S]</c>.</param>
/// <param name="Directions">
/// Cotangents v of the next state in tangent coordinates, <c>[M, K, T]</c>; null if there are no derivative targets.
/// </param>
/// <param name="StateProducts">
/// Their pullback to the state through the environment, v·dS'/dS in tangent coordinates, <c>[M, K, T]</c>.
/// </param>
/// <param name="ActionProducts">
/// Their pullback to the action through the environment, v·dS'/dA, <c>[M, K, A]</c>.
/// </param>
public sealed record TransitionBatch(
    torch.Tensor State,
    torch.Tensor Action,
    torch.Tensor NextState,
    torch.Tensor? Directions = null,
    torch.Tensor? StateProducts = null,
    torch.Tensor? ActionProducts = null);
