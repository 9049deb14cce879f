namespace MujocoSharp;

/// <summary>How the constraint solver stores its Jacobian.</summary>
public enum MjJacobian
{
    /// <summary>As a full matrix.</summary>
    Dense,

    /// <summary>As a sparse matrix.</summary>
    Sparse,

    /// <summary>As a full matrix for small models, as a sparse one for large models.</summary>
    Auto,
}
