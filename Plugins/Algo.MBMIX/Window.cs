using MbMix.Learning;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Algo.MBMIX;

/// <summary>What one window of H steps and N environments leaves behind; tensors are in the scope it was made in.</summary>
internal sealed class Window(int horizon, int environments)
{
    private readonly List<Tensor> actions = [];
    private readonly List<VectorStep> steps = [];

    /// <summary>Where episodes ended.</summary>
    public RolloutFlags Flags { get; } = new(horizon, environments);

    /// <summary>Rewards <c>[H, N]</c>, with their gradient.</summary>
    public Tensor Rewards { get; private set; } = null!;

    /// <summary>Target values of what each step led to, before any reset, <c>[H, N]</c>, with their gradient.</summary>
    public Tensor Values { get; private set; } = null!;

    /// <summary>How was acted.</summary>
    public PolicyWindow Policy { get; private set; } = null!;

    /// <summary>Normalized observations that were acted on, <c>[H N, O]</c>, without history.</summary>
    public Tensor Observations => Policy.Observations;

    /// <summary>States before each step, <c>[H N, S]</c>, without history.</summary>
    public Tensor States { get; private set; } = null!;

    /// <summary>Actions, float32 <c>[H N, A]</c>, without history.</summary>
    public Tensor Actions { get; private set; } = null!;

    /// <summary>States after each step, before any reset, <c>[H N, S]</c>, without history.</summary>
    public Tensor NextStates { get; private set; } = null!;

    public void Add(Tensor action, VectorStep step)
    {
        actions.Add(action.detach());
        steps.Add(step);
    }

    /// <summary>Puts the steps together.</summary>
    /// <param name="policy">How was acted.</param>
    /// <param name="value">Values of raw observations <c>[H N, O]</c>.</param>
    public void Complete(PolicyWindow policy, Func<Tensor, Tensor> value)
    {
        Rewards = torch.stack(steps.Select(s => s.Reward).ToArray());
        Values = value(torch.cat(steps.Select(s => s.FinalObservation).ToArray())).view(horizon, environments);
        Policy = policy;
        Actions = torch.cat([.. actions]);
        States = torch.cat(steps.Select(s => s.State.detach()).ToArray());
        NextStates = torch.cat(steps.Select(s => s.NextState.detach()).ToArray());
    }
}
