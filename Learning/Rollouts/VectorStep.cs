namespace MbMix.Learning;

/// <summary>
/// Result of one step in all lanes. The tensors belong to the caller's dispose scope. Which episodes ended is read from
/// the <see cref="VectorEnv"/>.
/// </summary>
/// <param name="Observation">The observation to act on next, after any reset, float32 <c>[B, O]</c>.</param>
/// <param name="FinalObservation">
/// The observation after the step, before any reset, with gradient history, float32 <c>[B, O]</c>.
/// </param>
/// <param name="Reward">The reward, float32 <c>[B]</c>; 0 in faulted lanes.</param>
/// <param name="State">State before the step, <c>[B, S]</c>, of the environment's state type.</param>
/// <param name="NextState">
/// State after the step, before any reset, <c>[B, S]</c>, of the environment's state type.
/// </param>
public readonly record struct VectorStep(
    Tensor Observation, Tensor FinalObservation, Tensor Reward, Tensor State, Tensor NextState);
