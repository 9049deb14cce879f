using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>sqrt(x) for positive x, else 0.</summary>
internal sealed class GuardedRoot : ITracedDynamics
{
    public EnvSpec Spec { get; } = TracedSpec.Of(1, 1, 1);

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var positive = state[0] > (T)0;
        next[0] = T.Select(positive, T.Sqrt(T.Select(positive, state[0], 1)), 0);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => observation[0] = state[0];

    public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => (nextState[0], (T)0 > (T)1);
}
