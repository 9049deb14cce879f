using TorchSharp;

namespace MbMix;

/// <summary>Observation, reward and termination of a transition. The caller owns the tensors.</summary>
/// <param name="Observation">Observation of the next state, <c>[B, O]</c>.</param>
/// <param name="Reward">Reward <c>[B]</c>.</param>
/// <param name="Terminated">Bool <c>[B]</c>: whether the task itself ended here.</param>
public readonly record struct Outcome(torch.Tensor Observation, torch.Tensor Reward, torch.Tensor Terminated);
