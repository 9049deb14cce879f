using System.ComponentModel.DataAnnotations;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Options that every MuJoCo environment has.</summary>
public class MuJoCoOptions
{
    /// <summary>Displacement of a tangent coordinate or action when differences are taken. Default 1e-6.</summary>
    [Range(1e-12, 1e-2)]
    public double Epsilon { get; set; } = 1e-6;

    /// <summary>Differences to both sides. Default true; false costs half and is far less accurate: with it, an epsilon of 1e-7 is better.</summary>
    public bool Centered { get; set; } = true;

    /// <summary>Take differences even where the model's solver (PGS, CG) stops too early for them to mean much. Default false.</summary>
    public bool DifferenceAnySolver { get; set; }

    /// <summary>Megabytes of Jacobians kept from explicit calls for the backward pass over the same transitions. Default 256.</summary>
    [Range(0, 65536)]
    public int JacobianCache { get; set; } = 256;

    /// <summary>Simulation steps per control step. Default null: the task's own.</summary>
    [Range(1, 1000)]
    public int? FrameSkip { get; set; }
}
