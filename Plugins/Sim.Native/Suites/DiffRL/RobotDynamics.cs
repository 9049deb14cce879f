using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>The dynamics that the suite's tasks share: a robot, a control period of 1/60 s, substeps, and how often the mass matrix is refreshed.</summary>
/// <remarks>
/// The suite's twist of a free torso is about the world's origin, and so are inertias. A hundred meters out, single precision loses a limb's inertia in
/// that of its distance, and runners explode. A robot with a free torso is therefore computed about the point of the ground plane below its torso, the same
/// one from a refresh to the next. Dynamics do not depend on the place, so the map and its derivatives are the suite's.
/// </remarks>
/// <param name="model">Name of the robot's model.</param>
/// <param name="substeps">Substeps in a control step.</param>
/// <param name="refreshEvery">Substeps from one mass matrix to the next.</param>
internal sealed class RobotDynamics(string model, int substeps, int refreshEvery)
{
    public const double ControlPeriod = 1.0 / 60;

    public ArticulatedBody Body { get; } = new(RobotDescription.Load(model));

    /// <summary>Components of the position, which stands first in a state.</summary>
    public int Positions => Body.Positions;

    /// <summary>Components of the velocity, which follows.</summary>
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

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> applied, ReadOnlySpan<T> activation, ReadOnlySpan<T> carry, Span<T> next)
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

    /// <summary>Names and units of a state, from the names of the links.</summary>
    public SpaceSpec StateSpec()
    {
        var positions = new List<Dimension>();
        var velocities = new List<Dimension>();
        foreach (var link in Body.Robot.Links)
        {
            string n = link.Name;
            switch (link.Joint)
            {
                case JointKind.Prismatic:
                    positions.Add(new(n, "m"));
                    velocities.Add(new(n + " velocity", "m/s"));
                    break;
                case JointKind.Revolute:
                    positions.Add(new(n, "rad"));
                    velocities.Add(new(n + " velocity", "rad/s"));
                    break;
                case JointKind.Ball:
                    positions.AddRange(Components(n + " quaternion", "1", "xyzw"));
                    velocities.AddRange(Components(n + " angular velocity", "rad/s", "xyz"));
                    break;
                case JointKind.Free:
                    positions.AddRange(Components(n + " position", "m", "xyz"));
                    positions.AddRange(Components(n + " quaternion", "1", "xyzw"));
                    velocities.AddRange(Components(n + " twist angular", "rad/s", "xyz"));
                    velocities.AddRange(Components(n + " twist linear", "m/s", "xyz"));
                    break;
            }
        }
        return new SpaceSpec([.. positions, .. velocities]);
    }

    public static IEnumerable<Dimension> Components(string name, string unit, string axes) => axes.Select(axis => new Dimension($"{name} {axis}", unit));

    /// <summary>Moves a robot with a free torso over the ground: p + c, and the twist's linear part v - w x c.</summary>
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
