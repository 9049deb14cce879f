using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the DiffRL tasks.</summary>
public sealed class DiffRlOptions : TracedEnvOptions
{
    /// <summary>Start at random around the task's start pose, as training does. Default true; false: exactly there, at rest.</summary>
    public bool RandomStart { get; set; } = true;
}
