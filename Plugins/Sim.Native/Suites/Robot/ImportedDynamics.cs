using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// The dynamics of an imported robot. The mass matrix is refreshed at least once per time step of the model. Whatever
/// displaces the robot as a whole, such as the position of a free robot, is subtracted at each refresh, so that nothing
/// loses digits far away from the origin; contacts take into account how far up that is.
/// </summary>
internal sealed class ImportedDynamics
{
    private readonly ImportedForces forces;
    private readonly double h;
    private readonly bool pushes;
    private readonly IReadOnlyList<(int Position, int Link, double Rise)> shifts;

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
        shifts = robot.Shifts();
        Invariant = robot.Invariant();
        int refreshes = Math.Min(frameSkip, substeps);
        while (substeps % refreshes != 0) refreshes++;
        Schedule = new()
        {
            CarrySize = Body.FactorSize + shifts.Count,
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
        for (int i = 0; i < shifts.Count; i++)
        {
            int at = shifts[i].Position;
            carry[Body.FactorSize + i] = T.Stop(state[at]);
            local[at] -= carry[Body.FactorSize + i];
        }
        Body.Factor<T>(local, carry[..Body.FactorSize]);
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> controls, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var q = state[..Body.Positions].ToArray();
        for (int i = 0; i < shifts.Count; i++) q[shifts[i].Position] -= T.Stop(carry[Body.FactorSize + i]);
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
            next[Body.Positions..],
            Lifts(carry));
        for (int i = 0; i < shifts.Count; i++) next[shifts[i].Position] += T.Stop(carry[Body.FactorSize + i]);
    }

    /// <summary>How far up each link was before it was shifted.</summary>
    private T[] Lifts<T>(ReadOnlySpan<T> carry)
        where T : struct, IScalar<T>
    {
        var links = Body.Robot.Links;
        var lifts = new T[links.Length];
        for (int link = 0; link < lifts.Length; link++)
        {
            lifts[link] = links[link].Parent < 0 ? 0 : lifts[links[link].Parent];
            for (int i = 0; i < shifts.Count; i++)
            {
                if (shifts[i].Link == link && shifts[i].Rise != 0)
                    lifts[link] += (T)shifts[i].Rise * T.Stop(carry[Body.FactorSize + i]);
            }
        }
        return lifts;
    }
}
