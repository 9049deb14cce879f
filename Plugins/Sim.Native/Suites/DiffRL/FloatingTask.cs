using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// Ant, humanoid and muscle humanoid of the DiffRL suite: robots with a free torso that are rewarded for running along
/// x, upright and straight ahead. Their differences are data in <see cref="FloatingTaskTraits"/>.
/// </summary>
internal sealed class FloatingTask : ITracedEnvironment
{
    private const double OrientationSpread = Math.PI / 24;

    private readonly FloatingTaskTraits traits;
    private readonly DiffRlOptions options;
    private readonly RobotDynamics robot;
    private readonly int actions;

    // number of position components after those of the torso
    private readonly int joints;

    public FloatingTask(FloatingTaskTraits traits, DiffRlOptions options)
    {
        (this.traits, this.options) = (traits, options);
        robot = new RobotDynamics(RobotDescription.Load(traits.Model), traits.Substeps, traits.RefreshEvery);
        joints = robot.Positions - 7;
        actions = traits.Muscles ? robot.Body.Robot.Muscles.Length : robot.Velocities - 6;
        var state = StateComponents.Of(robot.Body.Robot);
        var observation = ObservationSpec(state);
        Spec = new EnvSpec
        {
            Id = traits.Id,
            State = state,
            Observation = observation,
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
        traits.StartPosition.CopyTo(state);
        traits.StartOrientation.CopyTo(state[3..]);
        traits.StartJoints(robot.Body).CopyTo(state[7..]);
        if (!options.RandomStart) return;

        var u = new StartNoise(lane, Spec.Id, state.Length + 4);
        for (int i = 0; i < 3; i++) state[i] += u.Within(0.1);
        double angle = u.Within(OrientationSpread);
        double[] axis = [u.Within(0.5), u.Within(0.5), u.Within(0.5)];
        double length = Math.Sqrt(axis.Sum(x => x * x));
        for (int i = 0; i < 3; i++) axis[i] /= Math.Max(length, 1e-9);
        var start = Quaternion<Real>.From([.. traits.StartOrientation.Select(x => (Real)x)]);
        var turned = start * Quaternion<Real>.Rotation(axis, angle);
        (state[3], state[4], state[5], state[6]) = (turned.Vector.X, turned.Vector.Y, turned.Vector.Z, turned.W);
        if (!traits.Muscles)
        {
            for (int i = 7; i < robot.Positions; i++) state[i] += u.Within(0.2);
        }
        for (int i = robot.Positions; i < state.Length; i++) state[i] += u.Within(0.25);
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T> => robot.Refresh(state, carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var applied = new T[robot.Velocities];
        Array.Fill(applied, (T)0);
        var activation = new T[traits.Muscles ? actions : 0];
        for (int i = 0; i < actions; i++)
        {
            if (traits.Muscles) activation[i] = ((T)0.5 * action[i]) + (T)0.5;
            else applied[6 + i] = (T)traits.MotorTorque(i) * action[i];
        }
        robot.Substep<T>(state, applied, activation, carry, next);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        var torso = Torso(state);
        int next = 0;
        void Add(Span<T> target, T value) => target[next++] = value;
        Add(observation, torso.Position.Y);
        foreach (var x in state.Slice(3, 4)) Add(observation, x);
        foreach (var x in (ReadOnlySpan<T>)[torso.Velocity.X, torso.Velocity.Y, torso.Velocity.Z]) Add(observation, x);
        foreach (var x in state.Slice(robot.Positions, 3)) Add(observation, x);
        foreach (var x in state.Slice(7, joints)) Add(observation, x);
        foreach (var x in state[(robot.Positions + 6)..]) Add(observation, (T)0.1 * x);
        Add(observation, torso.Up);
        Add(observation, torso.Heading);
        if (traits.Muscles) return;
        foreach (var a in lastAction) Add(observation, a);
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        var torso = Torso(nextState);
        T reward = torso.Velocity.X + ((T)0.1 * torso.Up) + torso.Heading;
        if (traits.HeightReward == HeightReward.Linear) reward += torso.Position.Y - traits.FallHeight;
        else if (traits.HeightReward == HeightReward.Upright)
            reward += RewardTerms.Height(torso.Position.Y - (traits.FallHeight + 0.1), 0.1, 10);
        T cost = 0;
        if (traits.ActionCost > 0)
        {
            // the muscle task penalizes activations, the others squared actions
            foreach (var a in action) cost += traits.Muscles ? ((T)0.5 * a) + (T)0.5 : a * a;
            reward -= (T)traits.ActionCost * cost;
        }
        return (reward, torso.Position.Y < (T)traits.FallHeight);
    }

    private (Vector3<T> Position, Vector3<T> Velocity, T Up, T Heading) Torso<T>(ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        Vector3<T> position = new(state[0], state[1], state[2]);
        int v = robot.Positions;
        Vector3<T> angular = new(state[v], state[v + 1], state[v + 2]);
        Vector3<T> linear = new(state[v + 3], state[v + 4], state[v + 5]);
        var start = Quaternion<T>.Constant(traits.StartOrientation);
        var turned = (Quaternion<T>.From(state[3..]) * start.Conjugate).ToMatrix();

        // straight ahead is toward a distant target, along x from the start
        T x = (T)(traits.TargetDistance + traits.StartPosition[0]) - position.X;
        T z = (T)traits.StartPosition[2] - position.Z;
        T reciprocal = (T)1 / T.Sqrt((x * x) + (z * z));
        T heading = reciprocal * ((turned.Row0.X * x) + (turned.Row2.X * z));
        return (position, linear + Vector3<T>.Cross(angular, position), turned.Row1.Y, heading);
    }

    private SpaceSpec ObservationSpec(SpaceSpec state)
    {
        string torso = robot.Body.Robot.Links[0].Name;
        List<Dimension> all =
        [
            new(torso + " height", "m"),
            .. StateComponents.Axes(torso + " quaternion", "1", "xyzw"),
            .. StateComponents.Axes(torso + " velocity", "m/s", "xyz"),
            .. StateComponents.Axes(torso + " angular velocity", "rad/s", "xyz"),
            .. state.Dimensions.Skip(7).Take(joints),
            .. state.Dimensions.Skip(robot.Positions + 6).Select(d => d with { Name = "0.1 x " + d.Name }),
            new("up", "1", -1, 1),
            new("heading", "1", -1, 1),
        ];
        if (!traits.Muscles)
            all.AddRange(Enumerable.Range(0, actions).Select(i => new Dimension($"last action {i}", "1", -1, 1)));
        return new SpaceSpec(all);
    }

    private string[] ActionNames() => traits.Muscles
        ? [.. robot.Body.Robot.Muscles.Select(muscle => muscle.Name)]
        : [.. robot.Body.Robot.Links.Skip(1).Select(link => link.Name + " motor")];
}
