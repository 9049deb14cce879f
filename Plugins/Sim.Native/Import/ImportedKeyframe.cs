namespace MbMix.Sim.Native;

/// <summary>A stored state of a model, in the order of MuJoCo.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Positions">Positions [nq], quaternions with w first.</param>
/// <param name="Velocities">Velocities [nv].</param>
internal sealed record ImportedKeyframe(string Name, double[] Positions, double[] Velocities);
