namespace MbMix.Algo.DreamerV3;

/// <summary>An imagined rollout of N starts over H steps, time first, without gradients.</summary>
/// <param name="Features">Features of the H + 1 states as rows, <c>[(H + 1) N, features]</c>.</param>
/// <param name="Actions">Actions in the first H states as rows, <c>[H N, A]</c>.</param>
/// <param name="Rewards">Rewards that came with the states, <c>[H + 1, N]</c>.</param>
/// <param name="Continues">Probability of each state that the task continues, times the discount.</param>
internal readonly record struct Dream(Tensor Features, Tensor Actions, Tensor Rewards, Tensor Continues)
{
    /// <summary>Number of starts N.</summary>
    public long Starts => Rewards.shape[1];

    /// <summary>Number of steps H.</summary>
    public long Steps => Rewards.shape[0] - 1;

    /// <summary>Features of the first H states as rows.</summary>
    public Tensor ActingFeatures => Features.narrow(0, 0, Steps * Starts);

    /// <summary>Features of the last states.</summary>
    public Tensor LastFeatures => Features.narrow(0, Steps * Starts, Starts);
}
