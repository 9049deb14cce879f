namespace MbMix.Algo.MBMIX;

/// <summary>States that model rollouts start from.</summary>
public enum ModelStarts
{
    /// <summary>Random states of the whole window.</summary>
    Window,

    /// <summary>Its first states, in turns, where the environment's own windows start too. A control.</summary>
    First,
}
