namespace MbMix.Learning;

/// <summary>
/// M rollouts of a policy over H steps of predicted dynamics, with the environment's own observation and reward
/// functions. A rollout ends when the task terminates or when a prediction is not finite, and is not restarted: it
/// stays at its last finite state, so that no non-finite number enters the graph, and its remaining steps get weight 0.
/// </summary>
/// <remarks>All tensors belong to the caller's dispose scope.</remarks>
public sealed class ModelRollout
{
    private readonly bool[] ended;

    private ModelRollout(PolicyWindow policy, int horizon, int rollouts)
    {
        Policy = policy;
        Flags = new RolloutFlags(horizon, rollouts);
        ended = new bool[rollouts];
    }

    /// <summary>
    /// The policy that acted. After a backward pass it holds the gradients with respect to its actions.
    /// </summary>
    public PolicyWindow Policy { get; }

    /// <summary>Which steps ended a rollout, and which steps are valid.</summary>
    public RolloutFlags Flags { get; }

    /// <summary>Scaled rewards <c>[H, M]</c>, with gradient history.</summary>
    public Tensor Rewards { get; private set; } = null!;

    /// <summary>
    /// The target critic's value of the observation after each step, <c>[H, M]</c>, with gradient history.
    /// </summary>
    public Tensor NextValues { get; private set; } = null!;

    /// <summary>The values that targets of the critic are bootstrapped from, <c>[H, M]</c>.</summary>
    internal Tensor TargetValues { get; private set; } = null!;

    /// <summary>Rolls the policy through the predicted dynamics, starting from states of a window.</summary>
    /// <param name="agent">Provides the policy and the target critic.</param>
    /// <param name="env">Computes observation, reward and termination of predicted transitions.</param>
    /// <param name="predict">Maps state <c>[M, S]</c> and action <c>[M, A]</c> to the next state <c>[M, S]</c>.</param>
    /// <param name="window">The window that the rollouts start from and whose normalizer they use.</param>
    /// <param name="starts">Row of the window from which each rollout starts, int64 <c>[M]</c>.</param>
    /// <param name="noise">Standard normal noise of the policy <c>[H, M, A]</c>.</param>
    public static ModelRollout Roll(
        ActorCritic agent, IPredictiveEnv env, Func<Tensor, Tensor, Tensor> predict, RolloutWindow window,
        Tensor starts, Tensor noise)
    {
        int horizon = (int)noise.size(0), rollouts = (int)noise.size(1);
        var rollout = new ModelRollout(agent.BeginPolicy(noise), horizon, rollouts);
        Tensor[] rewards = new Tensor[horizon], observations = new Tensor[horizon];
        Tensor state = window.Transitions.State.index_select(0, starts),
            observation = window.Observations.index_select(0, starts);
        for (int t = 0; t < horizon; t++)
        {
            var action = rollout.Policy.Act(t, observation).to(state.dtype);
            var next = predict(state, action);
            var outcome = env.Evaluate(state, action, next);
            (rewards[t], observations[t]) =
                (outcome.Reward.to(torch.ScalarType.Float32), outcome.Observation.to(torch.ScalarType.Float32));
            rollout.Record(t, outcome.Terminated, rewards[t]);
            (state, observation) = rollout.Continue(state, next, window.Normalize(observations[t]));
        }
        rollout.Rewards = agent.Scaled(torch.stack(rewards));
        var reached = window.Normalize(torch.cat(observations));
        rollout.NextValues = agent.TargetValues(reached).view(horizon, rollouts);
        rollout.TargetValues = agent.Bootstrap(reached, rollout.NextValues).view(horizon, rollouts);
        return rollout;
    }

    /// <summary>Fits the critic to the TD(lambda) returns of these rollouts.</summary>
    /// <param name="agent">The agent with the critic.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="passes">Number of passes over the rollouts.</param>
    public void FitCritic(ActorCritic agent, double learningRate, int passes) => agent.FitCritic(
        Policy.Observations, Rewards.detach(), TargetValues.detach(), Flags, learningRate, passes);

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

    /// <summary>
    /// Returns the predicted state and observation; a rollout that has ended keeps its previous state, with a zero
    /// observation.
    /// </summary>
    private (Tensor State, Tensor Observation) Continue(Tensor state, Tensor next, Tensor observation)
    {
        if (!ended.Contains(true)) return (next, observation);
        using var mask = torch.tensor(ended);
        var column = mask.unsqueeze(1);
        return (
            torch.where(column, state.detach(), next), torch.where(column, torch.zeros_like(observation), observation));
    }
}
