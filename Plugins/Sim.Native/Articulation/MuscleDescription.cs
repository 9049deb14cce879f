namespace MbMix.Sim.Native;

/// <summary>A muscle: a string under tension through points that are fixed to links.</summary>
/// <param name="Name">Name.</param>
/// <param name="Tension">Tension at full activation [N].</param>
/// <param name="Links">Link of each point.</param>
/// <param name="Points">Place of each point in its link's frame [m].</param>
internal sealed record MuscleDescription(string Name, double Tension, int[] Links, double[][] Points);
