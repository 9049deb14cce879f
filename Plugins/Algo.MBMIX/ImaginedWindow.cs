using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Algo.MBMIX;

/// <summary>
/// Rollouts in a model: they end where the task's own rule says so or where the prediction is not finite, and do not start again. A rollout
/// that has ended stands still at its last good state, so that nothing non-finite enters the graph; its further steps weigh nothing.
/// </summary>
internal sealed class ImaginedWindow(int horizon, int rollouts)
{
    private readonly List<Outcome> outcomes = [];
    private readonly bool[] ended = new bool[rollouts];

    public RolloutFlags Flags { get; } = new(horizon, rollouts);

    /// <summary>Rewards <c>[H, M]</c>.</summary>
    public Tensor Rewards => torch.stack(outcomes.Select(x => x.Reward.to(torch.ScalarType.Float32)).ToArray());

    /// <summary>Raw observations after each step, <c>[H M, O]</c>.</summary>
    public Tensor Observations => torch.cat(outcomes.Select(x => x.Observation.to(torch.ScalarType.Float32)).ToArray());

    public void Add(int t, Outcome outcome)
    {
        var terminated = outcome.Terminated.Values<bool>();
        using var reward = outcome.Reward.detach().to(torch.ScalarType.Float32).contiguous();
        var rewards = reward.Values<float>();
        for (int b = 0; b < rollouts; b++)
        {
            int i = (t * rollouts) + b;
            bool finite = float.IsFinite(rewards[b]);
            Flags.Valid[i] = !ended[b] && finite;
            Flags.Done[i] = ended[b] || terminated[b] || !finite;
            Flags.Valued[i] = !Flags.Done[i];
            ended[b] |= Flags.Done[i];
        }
        outcomes.Add(outcome);
    }

    /// <summary>What to go on with: the prediction, and in ended rollouts the state before it.</summary>
    public (Tensor State, Tensor Observation) Continue(Tensor state, Tensor next, Tensor observation)
    {
        if (!ended.Contains(true)) return (next, observation);
        using var mask = torch.tensor(ended);
        var column = mask.unsqueeze(1);
        return (torch.where(column, state.detach(), next), torch.where(column, torch.zeros_like(observation), observation));
    }
}
