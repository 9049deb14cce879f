using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Options of the cloth tasks.</summary>
public sealed class ClothOptions : TracedEnvOptions
{
    /// <summary>
    /// Physics: published, where gravity acts twice and the table only sets heights to 0; or mended, where gravity acts
    /// once, with twice the strength, and the table stops what falls on it. Default published.
    /// </summary>
    public ClothPhysics Physics { get; set; } = ClothPhysics.Published;

    /// <summary>
    /// What actions are: points in the box, from 0 to 1; or published, numbers from -1 to 1 that a sigmoid takes to
    /// coordinates from 0.27 to 0.73. Default points.
    /// </summary>
    public ClothActions Actions { get; set; } = ClothActions.Points;

    /// <summary>
    /// Whether a pick near the cloth is rewarded, as in the published training; scores are without it. Default false.
    /// </summary>
    public bool PickBonus { get; set; }

    /// <summary>
    /// Whether rewards fade by 0.99 per step of an episode, as in the published scores. Default true.
    /// </summary>
    public bool Discounted { get; set; } = true;

    /// <summary>
    /// Whether a closed gripper holds particles by a share that fades with their distance from its center, which gives
    /// the pick a derivative, instead of all within its radius. Default false.
    /// </summary>
    public bool SoftGrasp { get; set; }

    /// <summary>
    /// Gradients: true; stable, of motion that cannot grow; or normalized in every substep, as published. True
    /// gradients are exact and of no use: crumpling cloth is chaotic. Default true.
    /// </summary>
    public ClothGradients Gradients { get; set; } = ClothGradients.True;

    /// <summary>
    /// Whether episodes start at random places (fold tasks) or after random folds (unfold tasks), instead of with the
    /// flat cloth at its place. Default true.
    /// </summary>
    public bool RandomStart { get; set; } = true;
}
