namespace MbMix.Algo.LOOP;

/// <summary>What the planner takes from soft actor-critic. Observations are raw, actions are in [-1, 1].</summary>
/// <param name="Policy">The deterministic action <c>[B, A]</c> for observations <c>[B, O]</c>.</param>
/// <param name="Value">
/// The value <c>[B]</c> of observations <c>[B, O]</c> and actions <c>[B, A]</c>, in units of the scaled reward.
/// </param>
/// <param name="ToEnvironment">Scales actions <c>[B, A]</c> to the environment's bounds.</param>
internal readonly record struct ArcGuides(
    Func<Tensor, Tensor> Policy, Func<Tensor, Tensor, Tensor> Value, Func<Tensor, Tensor> ToEnvironment);
