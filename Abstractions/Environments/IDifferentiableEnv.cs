using TorchSharp;

namespace MbMix;

/// <summary>
/// A batch of environments, given as pure functions of their states. There is no hidden episode state: the caller keeps
/// states, step counters and last actions.
/// </summary>
/// <remarks>
/// <para><b>Shapes.</b> B is the batch size: the number of lanes, each of which is one environment and one row of a
/// tensor. S, O and A are the sizes of state, observation and action in <see cref="Spec"/>. States and everything
/// computed from them have the type <see cref="EnvSpec.StateType"/>. Returned tensors are contiguous and on the
/// CPU.</para>
/// <para><b>Purity.</b> Results depend on the arguments alone: not on earlier calls, the clock, or other lanes.</para>
/// <para><b>Ownership.</b> The caller owns all returned tensors, each an object of its own, and keeps ownership of its
/// arguments, which stay as they are. Temporaries are disposed inside.</para>
/// <para><b>Threading.</b> An instance is used by one thread at a time. It may spread a batch over
/// <see cref="IWorkers"/>.</para>
/// <para><b>Errors.</b> Wrong shapes, types or devices throw an <see cref="MbMixException"/> that says what came and
/// what was expected. A lane that becomes non-finite never throws: it is reported in <see cref="EnvStep.Fault"/> and
/// does not affect other lanes.</para>
/// </remarks>
public interface IDifferentiableEnv : IDisposable
{
    /// <summary>
    /// The description of the environment: names, sizes, units, bounds, control period, gradient capability.
    /// </summary>
    EnvSpec Spec { get; }

    /// <summary>The tangent coordinates of the state, and the features that a learned model may see.</summary>
    IStateChart Chart { get; }

    /// <summary>
    /// What the environment looks like, for replays in 3D; null if it does not say. Since version 2.3 of the contracts.
    /// </summary>
    ISceneView? View => null;

    /// <summary>
    /// Draws start states. Row i depends on <c>lanes[i]</c> only, never on the other lanes of the batch.
    /// </summary>
    /// <param name="lanes">The n lanes and episodes to begin.</param>
    /// <returns>
    /// State <c>[n, S]</c>, finite and without gradient history. Unless <see cref="EnvSpec.FixedStart"/> says
    /// otherwise, it differs between lanes and episodes.
    /// </returns>
    torch.Tensor Reset(ReadOnlySpan<LaneKey> lanes);

    /// <summary>
    /// Computes the observation of a state that was not reached by <see cref="Step"/>, such as a start state. Of an
    /// <see cref="IPredictiveEnv"/>, it is what <see cref="Step"/> reports for the same state and action; of any other
    /// environment, it may lack what the simulation was left with after its last substep.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="lastAction">The action that led to the state, <c>[B, A]</c>; zero after a reset.</param>
    /// <returns>Observation <c>[B, O]</c>, differentiable in both arguments.</returns>
    torch.Tensor Observe(torch.Tensor state, torch.Tensor lastAction);

    /// <summary>
    /// Computes one control step of <see cref="EnvSpec.ControlPeriod"/> seconds. It is differentiable in both arguments
    /// by ordinary <c>backward()</c>; under <c>no_grad</c>, nothing is kept for a backward pass.
    /// </summary>
    /// <param name="state">State <c>[B, S]</c>.</param>
    /// <param name="action">Action <c>[B, A]</c>; values outside the bounds are clipped to them.</param>
    EnvStep Step(torch.Tensor state, torch.Tensor action);
}
