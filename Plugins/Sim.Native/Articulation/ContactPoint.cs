namespace MbMix.Sim.Native;

/// <summary>A point of a link that can touch the ground, the plane y = 0.</summary>
/// <param name="Link">Index of the link.</param>
/// <param name="Point">Place in the link's frame [m].</param>
/// <param name="Radius">How far below the point the surface is [m].</param>
internal sealed record ContactPoint(int Link, double[] Point, double Radius);
