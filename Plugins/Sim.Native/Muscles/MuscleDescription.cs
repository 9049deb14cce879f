namespace MbMix.Sim.Native;

/// <summary>A muscle: a string under tension that runs through points fixed to links.</summary>
/// <param name="Name">Name of the muscle.</param>
/// <param name="Tension">Tension at full activation [N].</param>
/// <param name="Links">Index of the link of each point.</param>
/// <param name="Points">Position of each point in the frame of its link [m].</param>
internal sealed record MuscleDescription(string Name, double Tension, int[] Links, double[][] Points);
