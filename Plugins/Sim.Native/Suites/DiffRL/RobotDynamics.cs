using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>The dynamics that the suite's tasks share: a robot, a control period of 1/60 s, substeps, and how often the mass matrix is refreshed.</summary>
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

    public ControlStepLayout Layout(int actions, int observations) => new()
    {
        StateSize = Positions + Velocities,
        ActionLow = [.. Enumerable.Repeat(-1.0, actions)],
        ActionHigh = [.. Enumerable.Repeat(1.0, actions)],
        ObservationSize = observations,
        CarrySize = Body.FactorSize,
        Refreshes = substeps / refreshEvery,
        SubstepsPerRefresh = refreshEvery,
    };

    public void Refresh<T>(ReadOnlySpan<T> state, Span<T> carry)
        where T : struct, IScalar<T> => Body.Factor(state[..Positions], carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> applied, ReadOnlySpan<T> activation, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
        => Body.Step(state[..Positions], state[Positions..], applied, activation, carry, ControlPeriod / substeps, next[..Positions], next[Positions..]);

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
}
