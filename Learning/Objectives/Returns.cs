namespace MbMix.Learning;

/// <summary>
/// Computes returns of a window of H steps in B lanes, on plain arrays without autograd. All arrays are time-major:
/// step t of lane b is entry <c>t * B + b</c>.
/// </summary>
/// <remarks>
/// In <see cref="RolloutFlags"/>, <c>Done</c> marks the last step of an episode, for whatever reason. <c>Valued</c>
/// marks the steps whose next value counts: false after a termination (value 0), true at a time limit (value of the
/// observation before the reset). The last step of the window ends the return in every lane.
/// </remarks>
public static class Returns
{
    /// <summary>
    /// Computes the lambda-return of every step: the average of all k-step returns with weights (1 - lambda)
    /// lambda^(k-1), where the longest return gets the remaining weight. The recursion is
    /// <c>G_t = r_t + gamma * (end ? V_t+1 : (1 - lambda) V_t+1 + lambda G_t+1)</c>.
    /// </summary>
    /// <param name="rewards">Rewards, H*B.</param>
    /// <param name="nextValues">Value of the observation after each step, before any reset, H*B.</param>
    /// <param name="flags">Which steps of the window end an episode, and which have a value.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="lambda">Mixing factor: 0 looks one step ahead, 1 to the end of the window.</param>
    /// <param name="targets">Receives G, H*B.</param>
    public static void TdLambda(
        ReadOnlySpan<float> rewards, ReadOnlySpan<float> nextValues, RolloutFlags flags, double gamma, double lambda,
        Span<float> targets)
    {
        int lanes = flags.Lanes, last = flags.Horizon - 1;
        float g = (float)gamma, mix = (float)lambda, rest = (float)(1 - lambda);
        for (int t = last; t >= 0; t--)
        {
            for (int b = 0; b < lanes; b++)
            {
                int i = t * lanes + b;
                float value = flags.Valued[i] ? nextValues[i] : 0f;
                float tail = t == last || flags.Done[i] ? value : rest * value + mix * targets[i + lanes];
                targets[i] = rewards[i] + g * tail;
            }
        }
    }

    /// <summary>
    /// Computes generalized advantage estimates: <c>A_t = delta_t + gamma lambda A_t+1</c> within an episode.
    /// </summary>
    /// <param name="rewards">Rewards, H*B.</param>
    /// <param name="values">Value of the observation before each step, H*B.</param>
    /// <param name="nextValues">Value of the observation after each step, before any reset, H*B.</param>
    /// <param name="flags">Which steps of the window end an episode, and which have a value.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="lambda">Decay of the estimates, 0 to 1.</param>
    /// <param name="advantages">Receives A, H*B.</param>
    public static void Gae(
        ReadOnlySpan<float> rewards, ReadOnlySpan<float> values, ReadOnlySpan<float> nextValues, RolloutFlags flags,
        double gamma, double lambda, Span<float> advantages)
    {
        int lanes = flags.Lanes, last = flags.Horizon - 1;
        float g = (float)gamma, decay = (float)(gamma * lambda);
        for (int t = last; t >= 0; t--)
        {
            for (int b = 0; b < lanes; b++)
            {
                int i = t * lanes + b;
                float delta = rewards[i] + (flags.Valued[i] ? g * nextValues[i] : 0f) - values[i];
                advantages[i] = t == last || flags.Done[i] ? delta : delta + decay * advantages[i + lanes];
            }
        }
    }

    /// <summary>
    /// Computes the return of one window of h steps: <c>sum_{t&lt;h} gamma^t r_t + gamma^h value</c>.
    /// </summary>
    /// <param name="rewards">The h rewards of the window.</param>
    /// <param name="value">Value of the state after the last reward.</param>
    /// <param name="gamma">Discount factor.</param>
    public static double Window(ReadOnlySpan<float> rewards, double value, double gamma)
    {
        double sum = value;
        for (int t = rewards.Length - 1; t >= 0; t--) sum = rewards[t] + gamma * sum;
        return sum;
    }
}
