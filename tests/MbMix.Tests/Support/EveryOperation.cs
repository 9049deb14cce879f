using MbMix.Differentiation;

namespace MbMix.Tests.Support;

/// <summary>A step that uses every operation a scalar has, with a refresh in the middle of the control step.</summary>
internal sealed class EveryOperation : ITracedDynamics
{
    public ControlStepLayout Layout { get; } = new()
    {
        StateSize = 3,
        ActionLow = [-1],
        ActionHigh = [1],
        ObservationSize = 2,
        CarrySize = 2,
        Refreshes = 2,
        SubstepsPerRefresh = 3,
    };

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
        carry[0] = (T)1 / ((T)2 + (state[0] * state[0]));
        carry[1] = T.Cos(state[1]) + ((T)0.1 * action[0]);
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        T x = state[0], y = state[1], z = state[2];
        T root = T.Sqrt((x * x) + (T)0.5);
        T either = T.Select((x > y) & !(z < (T)0.3) | (y >= (T)1.5), T.Sin(z) * root, T.Exp((T)0.3 * y));
        next[0] = ((T)0.8 * x) + ((T)0.1 * either * carry[0]) + ((T)0.05 * T.Atan2(y, x + (T)0.01));
        next[1] = ((T)0.7 * y) - ((T)0.2 * T.Max(x * z, -y)) + (carry[1] * action[0] / root);
        next[2] = T.Min(z, (T)1.7 + (x * y)) * (T)0.9 + ((T)0.1 * ScalarMath.Tanh(x)) - ((T)0.1 * ScalarMath.Abs(y)) + ((T)0.01 * T.Stop(z) * (T)0);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        observation[0] = T.Sin(state[0]) * lastAction[0];
        observation[1] = state[1] - state[2];
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => (nextState[0] - (state[1] * action[0]), nextState[2] > (T)1);
}
