namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the DiffRL tasks on MuJoCo.</summary>
public sealed class MuJoCoDiffRlOptions : MuJoCoOptions
{
    /// <summary>Start at random around the task's start pose, as training does. Default true; false: exactly there, at rest.</summary>
    public bool RandomStart { get; set; } = true;
}
