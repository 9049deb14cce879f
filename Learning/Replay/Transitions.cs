namespace MbMix.Learning;

/// <summary>
/// M transitions, as off-policy algorithms learn from them. All tensors are float32 without gradient history.
/// </summary>
/// <param name="Observation">Observation acted on, not normalized, <c>[M, O]</c>.</param>
/// <param name="Action">Action in [-1, 1], before it is scaled to the environment's bounds, <c>[M, A]</c>.</param>
/// <param name="Reward">Reward, not scaled, <c>[M]</c>.</param>
/// <param name="NextObservation">Observation after the step, before any reset, <c>[M, O]</c>.</param>
/// <param name="Terminated">1 where the task ended, else 0, also at a time limit, <c>[M]</c>.</param>
/// <param name="State">State before the step <c>[M, S]</c>; null if states are not kept.</param>
/// <param name="NextState">State after the step, before any reset, <c>[M, S]</c>; null if states are not kept.</param>
public sealed record Transitions(
    Tensor Observation,
    Tensor Action,
    Tensor Reward,
    Tensor NextObservation,
    Tensor Terminated,
    Tensor? State = null,
    Tensor? NextState = null);
