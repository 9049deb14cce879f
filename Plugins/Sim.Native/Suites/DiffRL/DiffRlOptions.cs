using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the tasks of the DiffRL suite.</summary>
public sealed class DiffRlOptions : TracedEnvOptions
{
    /// <summary>
    /// Whether episodes start at random around the start pose of the task, as in training, instead of exactly there and
    /// at rest. Default true.
    /// </summary>
    public bool RandomStart { get; set; } = true;
}
