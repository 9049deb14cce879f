using System.Runtime.InteropServices;
using System.Text.Json;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// Steps an environment from given states with given actions and writes everything it returns, optionally with the
/// gradient of the summed rewards. This is a way to compare simulators; docs/rollout.md describes the files.
/// </summary>
public static class Rollout
{
    /// <summary>
    /// Runs a rollout of T steps. No lane is reset: a terminated or faulted lane continues with whatever the
    /// environment computes.
    /// </summary>
    /// <param name="env">The environment; the caller keeps ownership.</param>
    /// <param name="stateJson">Content of the state file: <c>{"state": ...}</c>, nested arrays <c>[B, S]</c>.</param>
    /// <param name="actionsJson">
    /// Content of the actions file: <c>{"actions": ...}</c>, nested arrays <c>[T, B, A]</c>.
    /// </param>
    /// <param name="gradient">Whether to compute the gradient with respect to start states and actions.</param>
    /// <param name="output">Receives the result as JSON; it is not closed.</param>
    /// <exception cref="MbMixException">A file has an unexpected structure or contains a number that is not
    /// finite.</exception>
    public static void Run(
        IDifferentiableEnv env, ReadOnlySpan<byte> stateJson, ReadOnlySpan<byte> actionsJson, bool gradient,
        Stream output)
    {
        ArgumentNullException.ThrowIfNull(env);
        var spec = env.Spec;
        if (gradient && spec.Gradient.Kind == GradientKind.None)
            throw new ConfigurationException($"{spec.Id} has no gradients: leave them out.");
        var states = Parse(stateJson, "state", depth: 2);
        var actions = Parse(actionsJson, "actions", depth: 3);
        Expect("state", states.Shape, [states.Shape[0], spec.State.Size]);
        Expect("actions", actions.Shape, [actions.Shape[0], states.Shape[0], spec.Action.Size]);

        using var scope = torch.NewDisposeScope();
        using var mode = torch.set_grad_enabled(gradient);
        var start = torch.tensor(states.Values, states.Shape, spec.StateType);
        var sequence = torch.tensor(actions.Values, actions.Shape, spec.StateType);
        if (gradient)
        {
            start.requires_grad_(true);
            sequence.requires_grad_(true);
        }
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("environment", spec.Id);
        json.WriteStartArray("steps");
        var state = start;
        torch.Tensor? total = null;
        for (int t = 0; t < actions.Shape[0]; t++)
        {
            var step = env.Step(state, sequence[t]);
            json.WriteStartObject();
            Write(json, "state", step.NextState);
            Write(json, "observation", step.Observation);
            Write(json, "reward", step.Reward);
            Write(json, "terminated", step.Terminated);
            Write(json, "fault", step.Fault);
            json.WriteEndObject();
            if (gradient) total = total is null ? step.Reward.sum() : total + step.Reward.sum();
            state = step.NextState;
        }
        json.WriteEndArray();
        if (gradient)
        {
            if (total is not null) Backward.Run(total);
            json.WriteStartObject("gradient");
            // rewards need not depend on the states or actions; the gradient is then zero rather than absent
            Write(json, "state", start.grad ?? torch.zeros_like(start));
            Write(json, "actions", sequence.grad ?? torch.zeros_like(sequence));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static (double[] Values, long[] Shape) Parse(ReadOnlySpan<byte> text, string key, int depth)
    {
        var array = DocumentReader.Parse(text.ToArray(), $"The {key} file", DocumentKind.Rollout)
            .Get(key, $"an array of numbers with {depth} axes");
        var values = new List<double>();
        var shape = new long[depth];
        Array.Fill(shape, -1);
        Collect(array, 0);
        return ([.. values], shape);

        void Collect(DocumentValue value, int level)
        {
            if (level == depth)
            {
                values.Add(value.Number());
                return;
            }
            if (!value.IsArray || value.Count == 0)
                throw new MbMixException($"\"{key}\" must be {depth} levels of arrays that are not empty.");
            if (shape[level] >= 0 && shape[level] != value.Count)
                throw new MbMixException(
                    $"\"{key}\" is ragged: arrays of {shape[level]} and of {value.Count} on level {level + 1}.");
            shape[level] = value.Count;
            foreach (var item in value.Elements()) Collect(item, level + 1);
        }
    }

    private static void Expect(string key, long[] shape, long[] expected)
    {
        if (shape.AsSpan().SequenceEqual(expected)) return;
        string actual = string.Join(", ", shape), wanted = string.Join(", ", expected);
        throw new MbMixException($"\"{key}\" has the shape [{actual}]; [{wanted}] is expected.");
    }

    private static void Write(Utf8JsonWriter json, string name, torch.Tensor tensor)
    {
        json.WritePropertyName(name);
        var plain = tensor.detach().contiguous();
        int at = 0;
        switch (plain.dtype)
        {
            case torch.ScalarType.Float32:
                float[] floats = MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray();
                // converted to double, a float would print more digits; JSON has no notation for NaN and infinities
                Nested(json, plain.shape, 0, () =>
                {
                    if (float.IsFinite(floats[at])) json.WriteNumberValue(floats[at]);
                    else json.WriteNullValue();
                    at++;
                });
                break;
            case torch.ScalarType.Float64:
                double[] doubles = MemoryMarshal.Cast<byte, double>(plain.bytes).ToArray();
                Nested(json, plain.shape, 0, () =>
                {
                    if (double.IsFinite(doubles[at])) json.WriteNumberValue(doubles[at]);
                    else json.WriteNullValue();
                    at++;
                });
                break;
            case torch.ScalarType.Bool:
                byte[] flags = plain.bytes.ToArray();
                Nested(json, plain.shape, 0, () => json.WriteBooleanValue(flags[at++] != 0));
                break;
            default:
                int[] numbers = MemoryMarshal.Cast<byte, int>(plain.to(torch.ScalarType.Int32).bytes).ToArray();
                Nested(json, plain.shape, 0, () => json.WriteNumberValue(numbers[at++]));
                break;
        }
    }

    private static void Nested(Utf8JsonWriter json, long[] shape, int level, Action leaf)
    {
        if (level == shape.Length)
        {
            leaf();
            return;
        }
        json.WriteStartArray();
        for (long i = 0; i < shape[level]; i++) Nested(json, shape, level + 1, leaf);
        json.WriteEndArray();
    }
}
