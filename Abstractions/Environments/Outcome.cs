using TorchSharp;

namespace MbMix;

/// <summary>What follows from a transition. The receiver owns the tensors.</summary>
/// <param name="Observation">Observation of the next state, <c>[B, O]</c>.</param>
/// <param name="Reward">Reward <c>[B]</c>.</param>
/// <param name="Terminated">Bool <c>[B]</c>.</param>
public readonly record struct Outcome(torch.Tensor Observation, torch.Tensor Reward, torch.Tensor Terminated);
