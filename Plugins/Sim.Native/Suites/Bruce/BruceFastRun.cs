using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// Bruce runs along x as fast as it can, up to a speed, upright and straight ahead. After the task of Zhang et al.
/// (arXiv 2503.01178, figure 5), of which only the goal is published; observation, reward and limits are ours and
/// follow the humanoid of the DiffRL suite.
/// </summary>
internal sealed class BruceFastRun : ITracedEnvironment
{
    public const string Id = "bruce/fast-run-v1";

    private const double FallHeight = 0.30, LevelHeight = 0.42, MostUpright = 0.5;
    private const int Substeps = 48, RefreshEvery = 12;

    private readonly BruceOptions options;
    private readonly RobotDynamics robot;

    // number of joints, which follow the base in a state
    private readonly int joints;

    public BruceFastRun(BruceOptions options)
    {
        this.options = options;
        robot = new RobotDynamics(BruceRobot.Describe(options), Substeps, RefreshEvery);
        joints = robot.Positions - 7;
        var state = StateComponents.Of(robot.Body.Robot);
        Spec = new EnvSpec
        {
            Id = Id,
            State = state,
            Observation = ObservationSpec(state),
            Action = SpaceSpec.Box(-1, 1, ActionNames()),
            ControlPeriod = RobotDynamics.ControlPeriod,
            EpisodeLength = 1000,
            FixedStart = !options.RandomStart,
            Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
        };
        Chart = new ArticulatedChart(robot.Body, state);
    }

    public ControlSchedule Schedule => robot.Schedule;

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public ISceneView View => robot.View;

    public void Reset(LaneKey lane, Span<double> state)
    {
        state.Clear();
        state[1] = BruceRobot.FlexedHeight;
        BruceRobot.Upright.CopyTo(state[3..]);
        for (int leg = 0; leg < joints; leg += BruceRobot.LegJoints) BruceRobot.FlexedLeg.CopyTo(state[(7 + leg)..]);
        if (!options.RandomStart) return;
        var u = new StartNoise(lane, Id, state.Length - 7);
        for (int i = 7; i < state.Length; i++) state[i] += u.Within(0.1);
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T> => robot.Refresh(state, carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var applied = new T[robot.Velocities];
        Array.Fill(applied, (T)0);
        BruceRobot.Torques(
            options, action, state.Slice(7, joints), state[(robot.Positions + 6)..], applied.AsSpan(6));
        robot.Substep<T>(state, applied, [], carry, next);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        var at = BaseOf(state);
        int next = 0;
        void Add(Span<T> target, T value) => target[next++] = value;
        void AddVector(Span<T> target, Vector3<T> v)
        {
            Add(target, v.X);
            Add(target, v.Y);
            Add(target, v.Z);
        }
        Add(observation, at.Height);
        AddVector(observation, at.Up);
        AddVector(observation, at.Ahead);
        AddVector(observation, at.Velocity);
        AddVector(observation, at.Turning);
        foreach (var x in state.Slice(7, joints)) Add(observation, x);
        foreach (var x in state[(robot.Positions + 6)..]) Add(observation, (T)0.1 * x);
        foreach (var a in lastAction) Add(observation, a);
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        var at = BaseOf(nextState);
        T reward = T.Min(at.Speed, options.TopSpeed) + ((T)0.1 * at.Up.Y) + at.Ahead.X
            + RewardTerms.Height(at.Height - (T)LevelHeight, 0.03, 10);
        foreach (var a in action) reward -= (T)0.002 * a * a;
        return (reward, (at.Height < (T)FallHeight) | (at.Up.Y < (T)MostUpright));
    }

    // the base: height, speed along x, its axes up and ahead in the world, velocity and angular velocity in its axes
    private (T Height, T Speed, Vector3<T> Up, Vector3<T> Ahead, Vector3<T> Velocity, Vector3<T> Turning) BaseOf<T>(
        ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        int v = robot.Positions;
        Vector3<T> position = new(state[0], state[1], state[2]);
        Vector3<T> angular = new(state[v], state[v + 1], state[v + 2]);
        Vector3<T> linear = new(state[v + 3], state[v + 4], state[v + 5]);
        var velocity = linear + Vector3<T>.Cross(angular, position);
        var toBase = Quaternion<T>.From(state[3..]).ToMatrix().Transposed;
        return (position.Y, velocity.X, toBase.Row2, toBase.Row0, toBase * velocity, toBase * angular);
    }

    private SpaceSpec ObservationSpec(SpaceSpec state) => new(
    [
        new("base height", "m"),
        .. StateComponents.Axes("base up", "1", "xyz"),
        .. StateComponents.Axes("base ahead", "1", "xyz"),
        .. StateComponents.Axes("base velocity", "m/s", ["ahead", "left", "up"]),
        .. StateComponents.Axes("base angular velocity", "rad/s", ["ahead", "left", "up"]),
        .. state.Dimensions.Skip(7).Take(joints),
        .. state.Dimensions.Skip(robot.Positions + 6).Select(d => d with { Name = "0.1 x " + d.Name }),
        .. Enumerable.Range(0, joints).Select(i => new Dimension($"last action {i}", "1", -1, 1)),
    ]);

    private string[] ActionNames()
    {
        if (options.Actions != BruceActions.MotorTorques)
        {
            string what = options.Actions == BruceActions.Angles ? " angle" : " motor";
            return [.. robot.Body.Robot.Links.Skip(1).Select(link => link.Name + what)];
        }
        string[] motors = ["hip yaw motor", "hip motor 1", "hip motor 2", "knee motor", "ankle motor"];
        return [.. new[] { "right ", "left " }.SelectMany(side => motors.Select(motor => side + motor))];
    }
}
