namespace MbMix.Learning;

/// <summary>
/// The objective of a window, averaged over truncation lengths and differentiable in rewards and values. A segment
/// begins at the start of the window and after each reset; each segment contributes the lambda-return of its first
/// step.
/// </summary>
/// <remarks>
/// <para>The recursion <c>G_t = r_t + gamma [d_t V_t+1 + (1 - d_t) ((1 - lambda) V_t+1 + lambda G_t+1)]</c> is linear
/// in rewards and values, with coefficients that depend only on where episodes end. At k steps after the start of the
/// segment, they are <c>(gamma lambda)^k</c> for the reward and <c>gamma^(k+1) lambda^k</c> for the value, the latter
/// times <c>1 - lambda</c> if the segment continues. The objective is therefore two weighted sums, a handful of
/// operations for the whole window.</para>
/// <para>With lambda = 1 it is the discounted return of the window plus the value at its end, which is SHAC's
/// objective; both algorithms call this function.</para>
/// </remarks>
public static class MixObjective
{
    /// <summary>Computes the loss to minimize: minus the objective, averaged over steps and lanes.</summary>
    /// <param name="rewards">Rewards <c>[H, B]</c>.</param>
    /// <param name="nextValues">Values of the observations after each step, before any reset, <c>[H, B]</c>.</param>
    /// <param name="flags">Which steps of the window end an episode, have a value and are valid.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="lambda">Mixing factor, 0 to 1.</param>
    /// <returns>Scalar loss.</returns>
    public static Tensor Loss(Tensor rewards, Tensor nextValues, RolloutFlags flags, double gamma, double lambda)
    {
        int size = flags.Horizon * flags.Lanes;
        var rewardWeights = new float[size];
        var valueWeights = new float[size];
        Weights(flags, gamma, lambda, rewardWeights, valueWeights);
        // negated because it is a loss; divided for the mean over steps and lanes
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

    /// <summary>Computes the coefficients of rewards and values in the sum of all segments' objectives.</summary>
    /// <param name="flags">Which steps of the window end an episode, have a value and are valid.</param>
    /// <param name="gamma">Discount factor.</param>
    /// <param name="lambda">Mixing factor, 0 to 1.</param>
    /// <param name="rewardWeights">Receives H*B coefficients, time-major.</param>
    /// <param name="valueWeights">Receives H*B coefficients, time-major.</param>
    public static void Weights(
        RolloutFlags flags, double gamma, double lambda, Span<float> rewardWeights, Span<float> valueWeights)
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
