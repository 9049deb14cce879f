using TorchSharp;

namespace MbMix;

/// <summary>What a recurrent policy returns. The caller owns both tensors.</summary>
/// <param name="Action">
/// Action <c>[B, A]</c> within the environment's bounds, without gradient history.
/// </param>
/// <param name="Memory">Memory after this step, float32 <c>[B, M]</c>, without gradient history.</param>
public readonly record struct RecurrentAction(torch.Tensor Action, torch.Tensor Memory);
