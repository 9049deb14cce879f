using MbMix;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Mutants;

/// <summary>A linear map of the observation, squashed to the bounds.</summary>
internal sealed class MutantPolicy(Tensor gains, EnvSpec spec, AlgorithmMistake mistake) : IPolicy
{
    private readonly float[] low = [.. spec.Action.Dimensions.Select(d => (float)d.Low)];
    private readonly float[] high = [.. spec.Action.Dimensions.Select(d => (float)d.High)];

    /// <summary>The action with its gradient history.</summary>
    public Tensor Map(Tensor observation)
    {
        Tensor lowest = torch.tensor(low), highest = torch.tensor(high);
        var unit = observation.to(torch.ScalarType.Float32).matmul(gains).tanh();
        return lowest + ((unit + 1) / 2 * (highest - lowest));
    }

    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var action = Map(observation);
        if (noise is not null)
            action = (action + (0.1 * noise)).maximum(torch.tensor(low)).minimum(torch.tensor(high));
        switch (mistake)
        {
            case AlgorithmMistake.PolicyActsNull: return null!;
            case AlgorithmMistake.PolicyActsNan: action = action * double.NaN; break;
            case AlgorithmMistake.PolicyActsOneLane: action = action.narrow(0, 0, 1); break;
            case AlgorithmMistake.PolicyActsAsColumn: action = action.unsqueeze(1); break;
            case AlgorithmMistake.PolicyActsBeyondBounds: action = action + (2 * (torch.tensor(high) - torch.tensor(low))); break;
            default: break;
        }
        return action.MoveToOuterDisposeScope();
    }

    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var mapped = Map(torch.tensor(observation.ToArray(), [1, observation.Length]));
        mapped.data<float>().CopyTo(action);
        if (mistake == AlgorithmMistake.PolicyActsNanWithoutTensors) action.Fill(float.NaN);
        if (mistake == AlgorithmMistake.PolicyDisagreesWithItself) action[0] = low[0];
    }
}
