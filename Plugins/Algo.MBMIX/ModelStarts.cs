namespace MbMix.Algo.MBMIX;

/// <summary>States that model rollouts start from.</summary>
public enum ModelStarts
{
    /// <summary>Random states of the whole window.</summary>
    Window,

    /// <summary>Its first states, each as often as the others: the environment's objective but for what comes after resets. A control.</summary>
    First,
}
