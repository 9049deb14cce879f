using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// The dynamics of an imported robot. The mass matrix is refreshed at least once per time step of the model. Whatever
/// the dynamics do not depend on, such as the horizontal position of a free robot, is subtracted at each refresh, so
/// that nothing loses digits far away from the origin.
/// </summary>
internal sealed class ImportedDynamics
{
    private readonly ImportedForces forces;
    private readonly double h;
    private readonly bool pushes;

    /// <summary>Makes the dynamics.</summary>
    /// <param name="robot">The robot, with contacts chosen for this length of a substep.</param>
    /// <param name="h">Length of a substep [s].</param>
    /// <param name="substeps">Substeps per control step.</param>
    /// <param name="frameSkip">Time steps of the model per control step.</param>
    public ImportedDynamics(ImportedRobot robot, double h, int substeps, int frameSkip)
    {
        (Robot, this.h) = (robot, h);
        Body = new ArticulatedBody(robot.Description);
        forces = new ImportedForces(robot, Body);
        pushes = robot.Actuators.Any(a => a.Site >= 0);
        Invariant = robot.Invariant();
        int refreshes = Math.Min(frameSkip, substeps);
        while (substeps % refreshes != 0) refreshes++;
        Schedule = new()
        {
            CarrySize = Body.FactorSize + Invariant.Length,
            Refreshes = refreshes,
            SubstepsPerRefresh = substeps / refreshes,
        };
    }

    public ImportedRobot Robot { get; }

    public ArticulatedBody Body { get; }

    public ControlSchedule Schedule { get; }

    /// <summary>Indices of the position components that the dynamics do not depend on.</summary>
    public int[] Invariant { get; }

    public void Refresh<T>(ReadOnlySpan<T> state, Span<T> carry)
        where T : struct, IScalar<T>
    {
        var local = state[..Body.Positions].ToArray();
        for (int i = 0; i < Invariant.Length; i++)
        {
            carry[Body.FactorSize + i] = T.Stop(state[Invariant[i]]);
            local[Invariant[i]] -= carry[Body.FactorSize + i];
        }
        Body.Factor<T>(local, carry[..Body.FactorSize]);
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> controls, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var q = state[..Body.Positions].ToArray();
        for (int i = 0; i < Invariant.Length; i++) q[Invariant[i]] -= T.Stop(carry[Body.FactorSize + i]);
        // servos measure from the world's origin, but what pushes at a site turns about the nearer one
        var applied = forces.Compute(state, controls, pushes ? Body.Kinematics<T>(q) : []);
        Body.Step<T>(
            q,
            state[Body.Positions..],
            applied,
            [],
            carry[..Body.FactorSize],
            h,
            next[..Body.Positions],
            next[Body.Positions..]);
        for (int i = 0; i < Invariant.Length; i++) next[Invariant[i]] += T.Stop(carry[Body.FactorSize + i]);
    }
}
