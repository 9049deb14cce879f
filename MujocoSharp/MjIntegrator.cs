namespace MujocoSharp;

/// <summary>How a step is integrated over time.</summary>
public enum MjIntegrator
{
    /// <summary>Semi-implicit Euler.</summary>
    Euler,

    /// <summary>Fourth-order Runge-Kutta.</summary>
    Rk4,

    /// <summary>Implicit in velocity.</summary>
    Implicit,

    /// <summary>Implicit in velocity, without the derivatives of Coriolis forces. Not in MuJoCo 2.2.2.</summary>
    ImplicitFast,
}
