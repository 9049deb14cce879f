namespace MujocoSharp;

/// <summary>
/// How often each warning has been raised on a data object since its last reset or <see cref="MjData.ClearWarnings"/>.
/// </summary>
/// <param name="BadQpos">NaN or huge positions; the step has put the state back to the start.</param>
/// <param name="BadQvel">NaN or huge velocities; the step has put the state back to the start.</param>
/// <param name="BadQacc">NaN or huge accelerations; the step has put the state back to the start.</param>
/// <param name="BadCtrl">NaN or huge controls; the step has used 0 for all controls.</param>
/// <param name="Inertia">A (nearly) singular inertia matrix.</param>
/// <param name="ContactFull">More contacts than there is room for; the rest are left out.</param>
/// <param name="ConstraintFull">More constraints than there is room for; the rest are left out.</param>
public readonly record struct MjWarnings(
    int BadQpos, int BadQvel, int BadQacc, int BadCtrl, int Inertia, int ContactFull, int ConstraintFull)
{
    /// <summary>
    /// Whether a step met values that it could not continue with, and so put the state back to the start.
    /// </summary>
    public bool WasReset => (BadQpos | BadQvel | BadQacc) != 0;

    /// <summary>Whether there is any warning.</summary>
    public bool Any => WasReset || (BadCtrl | Inertia | ContactFull | ConstraintFull) != 0;
}
