using System.ComponentModel.DataAnnotations;

namespace MbMix.Simulation.MuJoCo;

/// <summary>Options that every MuJoCo environment has.</summary>
public class MuJoCoOptions
{
    /// <summary>
    /// Perturbation for finite differences, of each tangent coordinate and each component of the action, in its unit.
    /// Default null: the task's own, which is 1e-6 unless the task says otherwise.
    /// </summary>
    [Range(1e-12, 1e-2)]
    public double? Epsilon { get; set; }

    /// <summary>
    /// Perturb in both directions (central differences). Default null: as the task says, which is true unless it says
    /// otherwise; false costs half as much and is far less accurate, and an epsilon of 1e-7 suits it better.
    /// </summary>
    public bool? Centered { get; set; }

    /// <summary>
    /// Offer gradients even where the model's solver (PGS, CG, noslip) stops too early for differences to mean much.
    /// Default false.
    /// </summary>
    public bool DifferenceAnySolver { get; set; }

    /// <summary>
    /// Megabytes for Jacobians that were requested explicitly, kept for a later backward pass over the same steps.
    /// Default 256.
    /// </summary>
    [Range(0, 65536)]
    public int JacobianCache { get; set; } = 256;

    /// <summary>Simulation steps per control step. Default null: the task's own number.</summary>
    [Range(1, 1000)]
    public int? FrameSkip { get; set; }
}
