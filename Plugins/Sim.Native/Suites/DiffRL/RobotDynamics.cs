using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// The dynamics that all tasks of the suite share: a robot, a control period of 1/60 s divided into substeps, and a
/// mass matrix that is refreshed at intervals.
/// </summary>
/// <remarks>
/// In the suite, the twist of a free torso and all inertias are taken about the world origin. A hundred meters away
/// from it, the inertia of a limb is lost in single precision against that of its distance, and running robots explode.
/// A robot with a free torso is therefore computed about the point of the ground plane below its torso, which stays the
/// same from one refresh to the next. The dynamics do not depend on the horizontal position, so this gives the same map
/// and the same derivatives as the suite.
/// </remarks>
/// <param name="robot">The robot.</param>
/// <param name="substeps">Substeps per control step.</param>
/// <param name="refreshEvery">Substeps between two refreshes of the mass matrix.</param>
internal sealed class RobotDynamics(RobotDescription robot, int substeps, int refreshEvery)
{
    public const double ControlPeriod = 1.0 / 60;

    private ArticulatedScene? view;

    public ArticulatedBody Body { get; } = new(robot);

    /// <summary>What the robot looks like; in the suite, y points up.</summary>
    public ISceneView View => view ??= new ArticulatedScene(Body, upIsY: true);

    /// <summary>Number of position components, which come first in a state.</summary>
    public int Positions => Body.Positions;

    /// <summary>Number of velocity components, which follow the position.</summary>
    public int Velocities => Body.Velocities;

    private bool Free => Body.Robot.Links[0].Joint == JointKind.Free;

    public ControlSchedule Schedule => new()
    {
        CarrySize = Body.FactorSize + (Free ? 2 : 0),
        Refreshes = substeps / refreshEvery,
        SubstepsPerRefresh = refreshEvery,
    };

    public void Refresh<T>(ReadOnlySpan<T> state, Span<T> carry)
        where T : struct, IScalar<T>
    {
        if (!Free)
        {
            Body.Factor(state[..Positions], carry);
            return;
        }
        T x = T.Stop(state[0]), z = T.Stop(state[2]);
        (carry[^2], carry[^1]) = (x, z);
        var local = state.ToArray();
        Move<T>(local, -x, -z);
        Body.Factor<T>(local.AsSpan(0, Positions), carry[..^2]);
    }

    public void Substep<T>(
        ReadOnlySpan<T> state,
        ReadOnlySpan<T> applied,
        ReadOnlySpan<T> activation,
        ReadOnlySpan<T> carry,
        Span<T> next)
        where T : struct, IScalar<T>
    {
        var local = state.ToArray();
        if (Free) Move<T>(local, -T.Stop(carry[^2]), -T.Stop(carry[^1]));
        Body.Step<T>(
            local.AsSpan(0, Positions),
            local.AsSpan(Positions),
            applied,
            activation,
            carry[..Body.FactorSize],
            ControlPeriod / substeps,
            next[..Positions],
            next[Positions..]);
        if (Free) Move(next, T.Stop(carry[^2]), T.Stop(carry[^1]));
    }

    /// <summary>
    /// Moves a robot with a free torso horizontally by c = (x, 0, z): the position becomes p + c, and the linear part
    /// of the twist v - w x c.
    /// </summary>
    private void Move<T>(Span<T> state, T x, T z)
        where T : struct, IScalar<T>
    {
        var twist = state.Slice(Positions, 6);
        var shift = Vector3<T>.Cross(new(twist[0], twist[1], twist[2]), new(x, 0, z));
        state[0] += x;
        state[2] += z;
        twist[3] -= shift.X;
        twist[4] -= shift.Y;
        twist[5] -= shift.Z;
    }
}
