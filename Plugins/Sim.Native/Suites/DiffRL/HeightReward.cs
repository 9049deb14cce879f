namespace MbMix.Sim.Native;

/// <summary>How a task rewards the height of the torso.</summary>
internal enum HeightReward
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By the height above the level at which the robot has fallen.</summary>
    Linear,

    /// <summary>Steeply, up to a little above that level.</summary>
    Upright,
}
