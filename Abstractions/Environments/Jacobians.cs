using TorchSharp;

namespace MbMix;

/// <summary>
/// The derivatives of one control step in tangent coordinates, without gradient history. The caller owns the tensors.
/// </summary>
/// <param name="State">d next state / d state, <c>[B, T, T]</c>.</param>
/// <param name="Action">d next state / d action, <c>[B, T, A]</c>.</param>
/// <param name="ObservationState">d observation / d state, <c>[B, O, T]</c>.</param>
/// <param name="ObservationAction">d observation / d action, <c>[B, O, A]</c>.</param>
/// <param name="RewardState">d reward / d state, <c>[B, T]</c>.</param>
/// <param name="RewardAction">d reward / d action, <c>[B, A]</c>.</param>
public readonly record struct Jacobians(
    torch.Tensor State,
    torch.Tensor Action,
    torch.Tensor ObservationState,
    torch.Tensor ObservationAction,
    torch.Tensor RewardState,
    torch.Tensor RewardAction);
