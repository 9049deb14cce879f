namespace MbMix.Sim.Native;

/// <summary>Parameters of the compliant contact between a robot and the ground.</summary>
/// <param name="Stiffness">Normal force per penetration depth [N/m].</param>
/// <param name="Damping">Normal force per penetration depth and approach speed [N s/m^2].</param>
/// <param name="Viscosity">Friction force per sliding speed, below the Coulomb limit [N s/m].</param>
/// <param name="Friction">
/// Coulomb friction coefficient; the limit is computed from the elastic normal force only.
/// </param>
internal sealed record ContactMaterial(double Stiffness, double Damping, double Viscosity, double Friction);
