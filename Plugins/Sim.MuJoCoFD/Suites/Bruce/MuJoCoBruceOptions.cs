using System.ComponentModel.DataAnnotations;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options of the tasks with the biped Bruce on MuJoCo.</summary>
public sealed class MuJoCoBruceOptions : MuJoCoOptions
{
    /// <summary>
    /// Start from random states around the start pose. Default true; false starts exactly there, at rest.
    /// </summary>
    public bool RandomStart { get; set; } = true;

    /// <summary>Speed above which running faster is not rewarded [m/s]. Default 2.5.</summary>
    [Range(0.0, 100.0)]
    public double TopSpeed { get; set; } = 2.5;
}
