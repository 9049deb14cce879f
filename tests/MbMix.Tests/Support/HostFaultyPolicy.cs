using TorchSharp;

namespace MbMix.Tests.Support;

/// <summary>Pushes with nothing, and in lane 1 with NaN.</summary>
internal sealed class HostFaultyPolicy : IPolicy
{
    public torch.Tensor Act(torch.Tensor observation, torch.Tensor? noise = null)
    {
        var action = torch.zeros(observation.shape[0], 1);
        action[1] = float.NaN;
        return action;
    }

    public void Act(ReadOnlySpan<float> observation, Span<float> action) => action.Clear();
}
