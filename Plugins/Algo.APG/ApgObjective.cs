namespace MbMix.Algo.APG;

/// <summary>What the policy maximizes over a window of steps.</summary>
public enum ApgObjective
{
    /// <summary>
    /// The discounted rewards of each segment between resets, where the discount starts anew: backpropagation through
    /// time, as in the DiffRL suite.
    /// </summary>
    Discounted,

    /// <summary>The mean of all rewards, without discount: the analytic policy gradient of Brax.</summary>
    Mean,
}
