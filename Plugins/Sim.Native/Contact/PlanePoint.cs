namespace MbMix.Sim.Native;

/// <summary>A sphere fixed to a link that can touch a horizontal plane, in a world whose z axis points up.</summary>
/// <param name="Link">Index of the link.</param>
/// <param name="Point">Center of the sphere in the link's frame [m].</param>
/// <param name="Radius">Radius of the sphere [m].</param>
/// <param name="Height">Height of the plane [m].</param>
/// <param name="Material">Parameters of the contact.</param>
internal sealed record PlanePoint(int Link, double[] Point, double Radius, double Height, PlaneMaterial Material)
{
    /// <summary>The constants of a <see cref="PlaneContact"/>.</summary>
    public double[] Parameters =>
        [.. Point, Radius, Height, Material.Stiffness, Material.Damping, Material.Viscosity, Material.Friction];
}
