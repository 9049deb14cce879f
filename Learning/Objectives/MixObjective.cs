namespace MbMix.Learning;

/// <summary>
/// The mixed-length objective of a window, differentiable in rewards and values. Segments start at the window's start and after
/// each reset; each contributes the lambda-return of its first step.
/// </summary>
/// <remarks>
/// <para>Unrolled, the recursion <c>G_t = r_t + gamma [d_t V_t+1 + (1 - d_t) ((1 - lambda) V_t+1 + lambda G_t+1)]</c> is linear in
/// rewards and values, and its coefficients depend on the ends of episodes alone. With k steps since the segment's start they are
/// <c>(gamma lambda)^k</c> for the reward and <c>gamma^(k+1) lambda^k</c> for the value, times <c>1 - lambda</c> where the segment goes
/// on. So the objective is two weighted sums, a handful of operations for the whole window.</para>
/// <para>lambda = 1 is the discounted window return with the last value, the objective of SHAC: both algorithms call this function.</para>
/// </remarks>
public static class MixObjective
{
    /// <summary>The loss to minimise: minus the objective, averaged over steps and lanes.</summary>
    /// <param name="rewards">Rewards <c>[H, B]</c>.</param>
    /// <param name="nextValues">Values of the observations after each step, before any reset, <c>[H, B]</c>.</param>
    /// <param name="flags">Ends of episodes in the window.</param>
    /// <param name="gamma">Discount.</param>
    /// <param name="lambda">Mixing factor.</param>
    /// <returns>Scalar loss.</returns>
    public static Tensor Loss(Tensor rewards, Tensor nextValues, RolloutFlags flags, double gamma, double lambda)
    {
        int size = flags.Horizon * flags.Lanes;
        var rewardWeights = new float[size];
        var valueWeights = new float[size];
        Weights(flags, gamma, lambda, rewardWeights, valueWeights);
        // the mean over steps and lanes, as a loss
        float scale = -1f / size;
        for (int i = 0; i < size; i++)
        {
            rewardWeights[i] *= scale;
            valueWeights[i] *= scale;
        }
        var ofReward = TensorSpans.From(rewardWeights, flags.Horizon, flags.Lanes);
        var ofValue = TensorSpans.From(valueWeights, flags.Horizon, flags.Lanes);
        return (rewards * ofReward + nextValues * ofValue).sum();
    }

    /// <summary>The coefficients of rewards and values in the sum of all segments' objectives.</summary>
    /// <param name="flags">Ends of episodes in the window.</param>
    /// <param name="gamma">Discount.</param>
    /// <param name="lambda">Mixing factor.</param>
    /// <param name="rewardWeights">Receives H*B coefficients, time-major.</param>
    /// <param name="valueWeights">Receives H*B coefficients, time-major.</param>
    public static void Weights(RolloutFlags flags, double gamma, double lambda, Span<float> rewardWeights, Span<float> valueWeights)
    {
        int lanes = flags.Lanes, last = flags.Horizon - 1;
        for (int b = 0; b < lanes; b++)
        {
            double reward = 1;
            for (int t = 0; t <= last; t++)
            {
                int i = t * lanes + b;
                bool end = t == last || flags.Done[i];
                rewardWeights[i] = flags.Valid[i] ? (float)reward : 0f;
                valueWeights[i] = flags.Valued[i] ? (float)(reward * gamma * (end ? 1 : 1 - lambda)) : 0f;
                reward = end ? 1 : reward * gamma * lambda;
            }
        }
    }
}
