using System.Text.Json;
using MbMix.Numerics;

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

        // in arrays if the environment computes in them: the same numbers, without libtorch
        var (single, precise) = ((env as IArrayAccess)?.Arrays<float>(), (env as IArrayAccess)?.Arrays<double>());
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("environment", spec.Id);
        if (single is not null) new ArrayRollout<float>(single, spec, json).Run(states, actions, gradient);
        else if (precise is not null) new ArrayRollout<double>(precise, spec, json).Run(states, actions, gradient);
        else TensorRollout.Run(env, states, actions, gradient, json);
        json.WriteEndObject();
    }

    private static NumberArray Parse(ReadOnlySpan<byte> text, string key, int depth)
    {
        var array = DocumentReader.Parse(text.ToArray(), $"The {key} file", DocumentKind.Rollout)
            .Get(key, $"an array of numbers with {depth} axes");
        var values = new List<double>();
        var shape = new long[depth];
        Array.Fill(shape, -1);
        Collect(array, 0);
        return new NumberArray([.. values], shape);

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
}
