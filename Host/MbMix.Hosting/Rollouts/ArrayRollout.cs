using System.Numerics;
using System.Text.Json;
using MbMix.Numerics;

namespace MbMix.Hosting;

/// <summary>A rollout in arrays: it needs no libtorch.</summary>
/// <param name="env">The environment.</param>
/// <param name="spec">Its description.</param>
/// <param name="json">Receives steps and gradient.</param>
internal sealed class ArrayRollout<T>(IArrayEnv<T> env, EnvSpec spec, Utf8JsonWriter json)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the steps and, if it is wanted, the gradient.</summary>
    public void Run(NumberArray states, NumberArray actions, bool gradient)
    {
        int steps = (int)actions.Shape[0], lanes = (int)states.Shape[0], width = lanes * spec.Action.Size;
        T[] state = Convert(states.Values), sequence = Convert(actions.Values);
        var tapes = new T[gradient ? steps : 0][];
        json.WriteStartArray("steps");
        for (int t = 0; t < steps; t++)
        {
            var step = new ArrayStep<T>(spec, lanes);
            if (gradient) tapes[t] = new T[env.TapeLength(lanes)];
            env.Step(state, sequence.AsSpan(t * width, width), step, gradient ? tapes[t] : []);
            json.WriteStartObject();
            Write("state", step.NextState, lanes, spec.State.Size);
            Write("observation", step.Observation, lanes, spec.Observation.Size);
            Write("reward", step.Reward, lanes);
            json.Write("terminated", step.Terminated, lanes);
            json.Write("fault", step.Fault, lanes);
            json.WriteEndObject();
            state = step.NextState;
        }
        json.WriteEndArray();
        if (gradient) WriteGradient(tapes, lanes);
    }

    // the sum of all rewards has the derivative 1 with respect to each of them
    private void WriteGradient(T[][] tapes, int lanes)
    {
        int width = lanes * spec.Action.Size;
        T[] dState = [], dActions = new T[tapes.Length * width], dReward = new T[lanes];
        Array.Fill(dReward, T.One);
        for (int t = tapes.Length - 1; t >= 0; t--)
        {
            var dBefore = new T[lanes * spec.State.Size];
            env.Backward(tapes[t], dState, dReward, dBefore, dActions.AsSpan(t * width, width));
            dState = dBefore;
        }
        json.WriteStartObject("gradient");
        Write("state", dState, lanes, spec.State.Size);
        Write("actions", dActions, tapes.Length, lanes, spec.Action.Size);
        json.WriteEndObject();
    }

    private void Write(string name, T[] values, params long[] shape)
    {
        if (values is float[] single) json.Write(name, single, shape);
        else json.Write(name, (double[])(object)values, shape);
    }

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
