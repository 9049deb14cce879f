namespace MbMix.Sim.Native;

/// <summary>How a task rewards the height of the torso.</summary>
internal enum HeightReward
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>In proportion to the height above the level at which the robot has fallen.</summary>
    Linear,

    /// <summary>By <see cref="RewardTerms.Height"/>: a steep reward that saturates a little above that level.</summary>
    Upright,
}
