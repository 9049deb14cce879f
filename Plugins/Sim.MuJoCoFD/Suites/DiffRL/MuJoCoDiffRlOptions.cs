namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the DiffRL tasks on MuJoCo.</summary>
public sealed class MuJoCoDiffRlOptions : MuJoCoOptions
{
    /// <summary>
    /// Start from random states around the task's start pose. Default true; false starts exactly there, at rest.
    /// </summary>
    public bool RandomStart { get; set; } = true;
}
