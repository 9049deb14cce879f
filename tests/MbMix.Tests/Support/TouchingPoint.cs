using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>From the height and velocity of a point, the force of the ground on it.</summary>
internal sealed class TouchingPoint(ContactMaterial ground) : ITracedDynamics
{
    public EnvSpec Spec { get; } = TracedSpec.Of(4, 1, 1);

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var motion = new SpatialVector<T>(Vector3<T>.Zero, new(state[1], state[2], state[3]));
        var force = GroundContact.Wrench(ground, new(0.7, state[0], -0.2), motion).Linear;
        (next[0], next[1], next[2], next[3]) = (force.X, force.Y, force.Z, 0);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => observation[0] = state[0];

    public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => (nextState[0], (T)0 > (T)1);
}
