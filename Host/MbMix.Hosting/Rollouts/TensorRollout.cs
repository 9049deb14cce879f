using System.Text.Json;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>A rollout in tensors, for environments that compute in nothing else.</summary>
internal static class TensorRollout
{
    /// <summary>Writes the steps and, if it is wanted, the gradient.</summary>
    public static void Run(
        IDifferentiableEnv env, NumberArray states, NumberArray actions, bool gradient, Utf8JsonWriter json)
    {
        var type = env.Spec.StateType;
        using var scope = torch.NewDisposeScope();
        using var mode = torch.set_grad_enabled(gradient);
        var start = torch.tensor(states.Values, states.Shape, type);
        var sequence = torch.tensor(actions.Values, actions.Shape, type);
        if (gradient)
        {
            start.requires_grad_(true);
            sequence.requires_grad_(true);
        }
        json.WriteStartArray("steps");
        var state = start;
        Tensor? total = null;
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
        if (!gradient) return;
        if (total is not null) Backward.Run(total);
        json.WriteStartObject("gradient");
        // rewards need not depend on the states or actions; the gradient is then zero rather than absent
        Write(json, "state", start.grad ?? torch.zeros_like(start));
        Write(json, "actions", sequence.grad ?? torch.zeros_like(sequence));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Tensor tensor)
    {
        var plain = tensor.detach().contiguous();
        switch (plain.dtype)
        {
            case torch.ScalarType.Float32:
                json.Write(name, plain.Values<float>().ToArray(), plain.shape);
                break;
            case torch.ScalarType.Float64:
                json.Write(name, plain.Values<double>().ToArray(), plain.shape);
                break;
            case torch.ScalarType.Bool:
                json.Write(name, plain.Values<bool>().ToArray(), plain.shape);
                break;
            default:
                json.Write(name, plain.to(torch.ScalarType.Int32).Values<int>().ToArray(), plain.shape);
                break;
        }
    }
}
