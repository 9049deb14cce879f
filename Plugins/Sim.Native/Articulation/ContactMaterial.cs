namespace MbMix.Sim.Native;

/// <summary>The compliant ground contact of a robot.</summary>
/// <param name="Stiffness">Normal force per depth [N/m].</param>
/// <param name="Damping">Normal force per depth and approach speed [N s/m^2].</param>
/// <param name="Viscosity">Friction per sliding speed, up to Coulomb's bound [N s/m].</param>
/// <param name="Friction">Coulomb's coefficient; the bound counts the elastic normal force alone.</param>
internal sealed record ContactMaterial(double Stiffness, double Damping, double Viscosity, double Friction);
