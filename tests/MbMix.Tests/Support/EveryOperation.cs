using System.Numerics;
using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>A step that uses every operation a scalar has, with a refresh in the middle of the control step.</summary>
internal sealed class EveryOperation : ITracedDynamics
{
    // more than are unrolled; the last input and the last parameter are the same everywhere
    private static readonly TermInstance[] Springs =
        [.. Enumerable.Range(0, 90).Select(i => new TermInstance([i % 3, (i + 1 + (i / 45)) % 3, 3], [0.1 + (0.01 * i), (0.03 * i) - 1.2, 0.5], [i % 2, (i / 2) % 2]))];

    public EnvSpec Spec { get; } = TracedSpec.Of(3, 2, 1);

    public ControlSchedule Schedule { get; init; } = new() { CarrySize = 2, Refreshes = 2, SubstepsPerRefresh = 3 };

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
        Span<T> totals = [0, x];
        T.AddTerms(new Spring(), Springs, [x, y, z, 1.5], totals);
        next[1] += (T)0.01 * totals[0];
        Span<T> byHand = new T[2];
        T.Apply(new ByHand(), [T.Sin(x), T.Sin(totals[1]), 0.5], byHand);
        next[1] += (T)0.01 * byHand[1];
        next[2] = ((T)0.02 * T.Sin(totals[1])) + (T.Min(z, (T)1.7 + (x * y)) * (T)0.9 + ((T)0.1 * ScalarMath.Tanh(x)) - ((T)0.1 * ScalarMath.Abs(y)) + ((T)0.01 * T.Stop(z) * (T)0)) + ((T)0.02 * byHand[0]);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        Span<T> byHand = new T[2];
        T.Apply(new ByHand(), [state[0], lastAction[0], 0.5], byHand);
        observation[0] = (T.Sin(state[0]) * lastAction[0]) + byHand[0] + byHand[1];
        observation[1] = state[1] - state[2];
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => (nextState[0] - (state[1] * action[0]), nextState[2] > (T)1);

    /// <summary>The product of two values, and the sum of their squares times a third.</summary>
    private sealed class ByHand : ILaneFunction
    {
        public int Inputs => 3;

        public int Outputs => 2;

        public void Evaluate<T>(ReadOnlySpan<T> inputs, Span<T> outputs, int lanes)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (int l = 0; l < lanes; l++)
            {
                T x = inputs[l], y = inputs[lanes + l], factor = inputs[(2 * lanes) + l];
                (outputs[l], outputs[lanes + l]) = (x * y, factor * ((x * x) + (y * y)));
            }
        }

        public void Pullback<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> dOutputs, Span<T> dInputs, int lanes)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            for (int l = 0; l < lanes; l++)
            {
                T x = inputs[l], y = inputs[lanes + l], factor = inputs[(2 * lanes) + l];
                T product = dOutputs[l], sum = dOutputs[lanes + l], two = T.One + T.One;
                dInputs[l] = (product * y) + (two * sum * factor * x);
                dInputs[lanes + l] = (product * x) + (two * sum * factor * y);
                dInputs[(2 * lanes) + l] = sum * ((x * x) + (y * y));
            }
        }
    }

    /// <summary>Pulls two values together where they are further apart than a rest length of the instance.</summary>
    private sealed class Spring : IRepeatedTerm
    {
        public int Inputs => 3;

        public int Parameters => 3;

        public int Outputs => 2;

        public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
            where T : struct, IScalar<T> => inputs[0] - inputs[1] > parameters[1];

        public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
            where T : struct, IScalar<T>
        {
            T stretch = inputs[0] - inputs[1] - parameters[1];
            outputs[0] = parameters[0] * stretch * inputs[2];
            outputs[1] = parameters[2] * T.Sin(stretch) / T.Sqrt((stretch * stretch) + (T)1);
        }
    }
}
