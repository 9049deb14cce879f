namespace MbMix.Algo.MBMIX;

/// <summary>Which states of the current window model rollouts start from.</summary>
public enum ModelStarts
{
    /// <summary>Random states from the whole window.</summary>
    Window,

    /// <summary>
    /// The first states of the window, in turn, where the environment's rollouts start as well. This is a control.
    /// </summary>
    First,
}
