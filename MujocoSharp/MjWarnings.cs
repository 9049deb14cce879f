namespace MujocoSharp;

/// <summary>How often each warning was raised on a data object since its last reset or <see cref="MjData.ClearWarnings"/>.</summary>
/// <param name="BadQpos">NaN or huge positions; the step has reset the state to the start.</param>
/// <param name="BadQvel">NaN or huge velocities; the step has reset the state to the start.</param>
/// <param name="BadQacc">NaN or huge accelerations; the step has reset the state to the start.</param>
/// <param name="BadCtrl">NaN or huge controls; all controls were taken as 0.</param>
/// <param name="Inertia">A (nearly) singular inertia matrix.</param>
/// <param name="ContactFull">More contacts than there is room for; the rest was left out.</param>
/// <param name="ConstraintFull">More constraints than there is room for; the rest was left out.</param>
public readonly record struct MjWarnings(
    int BadQpos, int BadQvel, int BadQacc, int BadCtrl, int Inertia, int ContactFull, int ConstraintFull)
{
    /// <summary>Whether a step found values it could not go on with and reset the state.</summary>
    public bool WasReset => (BadQpos | BadQvel | BadQacc) != 0;

    /// <summary>Whether there is any warning.</summary>
    public bool Any => WasReset || (BadCtrl | Inertia | ContactFull | ConstraintFull) != 0;
}
