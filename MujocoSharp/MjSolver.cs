namespace MujocoSharp;

/// <summary>How constraint forces are computed.</summary>
public enum MjSolver
{
    /// <summary>Projected Gauss-Seidel.</summary>
    Pgs,

    /// <summary>Conjugate gradient.</summary>
    Cg,

    /// <summary>Newton's method.</summary>
    Newton,
}
