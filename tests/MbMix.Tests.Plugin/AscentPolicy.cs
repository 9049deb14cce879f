using TorchSharp;

namespace MbMix.Tests.Plugin;

/// <summary>action = tanh(gains . observation).</summary>
internal sealed class AscentPolicy(torch.Tensor gains) : IPolicy
{
    public torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null)
    {
        using var quiet = torch.no_grad();
        return observation.to(gains.dtype).matmul(gains).tanh();
    }

    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        using var scope = torch.NewDisposeScope();
        action[0] = Act(torch.tensor(observation.ToArray(), [1, observation.Length])).item<float>();
    }
}
