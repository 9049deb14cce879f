namespace MbMix.Learning;

/// <summary>One step of all lanes. The tensors are in the caller's dispose scope; the ends of episodes are read from the <see cref="VectorEnv"/>.</summary>
/// <param name="Observation">What to act on next, after any reset, float32 <c>[B, O]</c>.</param>
/// <param name="FinalObservation">What the step led to, before any reset, with its gradient, float32 <c>[B, O]</c>.</param>
/// <param name="Reward">Reward, 0 in faulted lanes, float32 <c>[B]</c>.</param>
/// <param name="State">State before the step, <c>[B, S]</c> in the environment's type.</param>
/// <param name="NextState">State after the step, before any reset, <c>[B, S]</c> in the environment's type.</param>
public readonly record struct VectorStep(Tensor Observation, Tensor FinalObservation, Tensor Reward, Tensor State, Tensor NextState);
