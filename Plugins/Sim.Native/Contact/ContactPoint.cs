namespace MbMix.Sim.Native;

/// <summary>A sphere fixed to a link that can touch the ground, which is the plane y = 0.</summary>
/// <param name="Link">Index of the link.</param>
/// <param name="Point">Center of the sphere in the link's frame [m].</param>
/// <param name="Radius">Radius of the sphere [m].</param>
internal sealed record ContactPoint(int Link, double[] Point, double Radius);
