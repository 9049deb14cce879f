using TorchSharp;

namespace MbMix;

/// <summary>
/// A batch of environments as pure functions of their state. No episode state is hidden inside: whoever rolls the environment
/// keeps states, step counters and last actions.
/// </summary>
/// <remarks>
/// <para><b>Shapes.</b> B is the batch (one row per lane), S, O and A the sizes of state, observation and action in <see cref="Spec"/>.
/// States and everything derived from them have the type <see cref="EnvSpec.StateType"/>.</para>
/// <para><b>Ownership.</b> The caller owns every tensor that is returned, and inputs stay the caller's; temporaries are disposed inside.</para>
/// <para><b>Threading.</b> One thread at a time per instance. An implementation may spread a batch over <see cref="IWorkers"/>.</para>
/// <para><b>Errors.</b> Wrong shapes, types or devices throw <see cref="MbMixException"/> with what came and what was expected.
/// A lane that becomes non-finite never throws: it is reported in <see cref="EnvStep.Fault"/> and leaves the other lanes untouched.</para>
/// </remarks>
public interface IDifferentiableEnv : IDisposable
{
    /// <summary>What this environment is: names, sizes, units, bounds, control period, gradient capability.</summary>
    EnvSpec Spec { get; }

    /// <summary>The tangent coordinates of the state and the features a learned model may see.</summary>
    IStateChart Chart { get; }

    /// <summary>Start states. Row i depends on <c>lanes[i]</c> alone, never on the batch it is drawn with.</summary>
    /// <returns>State <c>[n, S]</c>, without gradient history.</returns>
    torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes);

    /// <summary>The observation of a state that was not reached by <see cref="Step"/>, such as a start state.</summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="lastAction">The action that led to the state, <c>[B, A]</c>; zero after a reset.</param>
    /// <returns>Observation <c>[B, O]</c>, differentiable in both arguments.</returns>
    torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction);

    /// <summary>
    /// One control step of <see cref="EnvSpec.ControlPeriod"/> seconds. Differentiable in both arguments by ordinary
    /// <c>backward()</c>; under <c>no_grad</c> nothing is kept for it.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>; values outside the bounds are clipped to them.</param>
    EnvStep Step(torch.Tensor state, torch.Tensor action);
}
