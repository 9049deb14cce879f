namespace MbMix.Sim.Native;

/// <summary>Parameters of the compliant contact of a sphere with a plane.</summary>
/// <param name="Stiffness">Elastic force per depth [N/m].</param>
/// <param name="Damping">Damping force per normal speed [N s/m]; it is at most as large as the elastic force.</param>
/// <param name="Viscosity">Friction force per sliding speed, below the Coulomb limit [N s/m].</param>
/// <param name="Friction">Coulomb friction coefficient, with respect to the elastic force.</param>
internal sealed record PlaneMaterial(double Stiffness, double Damping, double Viscosity, double Friction);
