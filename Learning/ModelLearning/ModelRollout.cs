namespace MbMix.Learning;

/// <summary>
/// Rollouts of a policy in predicted dynamics, M of them over H steps, with the environment's own observation and reward. They end where the task's
/// rule says so or where a prediction is not finite, and do not start again: a rollout that has ended stands still at its last good state, so that
/// nothing non-finite enters the graph, and its further steps weigh nothing.
/// </summary>
/// <remarks>Tensors live in the caller's dispose scope.</remarks>
public sealed class ModelRollout
{
    private readonly bool[] ended;

    private ModelRollout(PolicyWindow policy, int horizon, int rollouts)
    {
        Policy = policy;
        Flags = new RolloutFlags(horizon, rollouts);
        ended = new bool[rollouts];
    }

    /// <summary>The policy that acted.</summary>
    public PolicyWindow Policy { get; }

    /// <summary>Where rollouts ended.</summary>
    public RolloutFlags Flags { get; }

    /// <summary>Rewards <c>[H, M]</c>, with their gradient.</summary>
    public Tensor Rewards { get; private set; } = null!;

    /// <summary>The target critic's value of what each step led to, <c>[H, M]</c>, with its gradient.</summary>
    public Tensor NextValues { get; private set; } = null!;

    /// <summary>Rolls the policy from states of a window.</summary>
    /// <param name="agent">Policy and critic.</param>
    /// <param name="env">Observation, reward and termination of predicted transitions.</param>
    /// <param name="predict">State <c>[M, S]</c> and action <c>[M, A]</c> to the next state.</param>
    /// <param name="window">The window that rollouts start from, and whose normalizer they use.</param>
    /// <param name="starts">Rows of the window, int64 <c>[M]</c>.</param>
    /// <param name="noise">The policy's noise, standard normal <c>[H, M, A]</c>.</param>
    public static ModelRollout Roll(ActorCritic agent, IPredictiveEnv env, Func<Tensor, Tensor, Tensor> predict, RolloutWindow window, Tensor starts, Tensor noise)
    {
        int horizon = (int)noise.size(0), rollouts = (int)noise.size(1);
        var rollout = new ModelRollout(agent.BeginPolicy(noise), horizon, rollouts);
        Tensor[] rewards = new Tensor[horizon], observations = new Tensor[horizon];
        Tensor state = window.Transitions.State.index_select(0, starts), observation = window.Observations.index_select(0, starts);
        for (int t = 0; t < horizon; t++)
        {
            var action = rollout.Policy.Act(t, observation).to(state.dtype);
            var next = predict(state, action);
            var outcome = env.Evaluate(state, action, next);
            (rewards[t], observations[t]) = (outcome.Reward.to(torch.ScalarType.Float32), outcome.Observation.to(torch.ScalarType.Float32));
            rollout.Record(t, outcome.Terminated, rewards[t]);
            (state, observation) = rollout.Continue(state, next, window.Normalize(observations[t]));
        }
        rollout.Rewards = torch.stack(rewards);
        rollout.NextValues = agent.TargetValues(window.Normalize(torch.cat(observations))).view(horizon, rollouts);
        return rollout;
    }

    private void Record(int t, Tensor terminated, Tensor reward)
    {
        var ends = terminated.Values<bool>();
        using var plain = reward.detach().contiguous();
        var rewards = plain.Values<float>();
        for (int b = 0; b < ended.Length; b++)
        {
            int i = (t * ended.Length) + b;
            bool finite = float.IsFinite(rewards[b]);
            Flags.Valid[i] = !ended[b] && finite;
            Flags.Done[i] = ended[b] || ends[b] || !finite;
            Flags.Valued[i] = !Flags.Done[i];
            ended[b] |= Flags.Done[i];
        }
    }

    /// <summary>What to go on with: the prediction, and in ended rollouts the state before it.</summary>
    private (Tensor State, Tensor Observation) Continue(Tensor state, Tensor next, Tensor observation)
    {
        if (!ended.Contains(true)) return (next, observation);
        using var mask = torch.tensor(ended);
        var column = mask.unsqueeze(1);
        return (torch.where(column, state.detach(), next), torch.where(column, torch.zeros_like(observation), observation));
    }
}
