using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the tasks after Brax v1.</summary>
public class BraxOptions : TracedEnvOptions
{
    /// <summary>Whether each episode has targets of its own instead of the same ones. Default true.</summary>
    public bool RandomStart { get; set; } = true;

    /// <summary>
    /// Whether the reward of reaching a target fades out over a few decimeters, so that it has a gradient, instead of
    /// ending at the target's surface. Where the target is next does not change. Default false.
    /// </summary>
    public bool SmoothHit { get; set; }
}
