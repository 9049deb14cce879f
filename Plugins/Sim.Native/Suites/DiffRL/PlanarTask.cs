using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// Hopper and cheetah of the DiffRL suite: planar robots that are driven by joint torques and rewarded for moving along
/// x. Two root sliders and a root hinge carry the torso. The observation is the state without x.
/// </summary>
internal sealed class PlanarTask : ITracedEnvironment
{
    private const double MotorTorque = 200; // N m at action 1
    private const int RootCoordinates = 3;

    private readonly RobotDynamics robot;
    private readonly DiffRlOptions options;
    private readonly double startHeight;
    private readonly double positionSpread;
    private readonly double velocitySpread;
    private readonly bool hops;

    private PlanarTask(
        string id, string model, bool hops, double startHeight, double positionSpread, double velocitySpread,
        DiffRlOptions options)
    {
        (this.options, this.hops, this.startHeight) = (options, hops, startHeight);
        (this.positionSpread, this.velocitySpread) = (positionSpread, velocitySpread);
        robot = new RobotDynamics(RobotDescription.Load(model), substeps: 16, refreshEvery: 16);
        var state = StateComponents.Of(robot.Body.Robot);
        string[] joints = [.. robot.Body.Robot.Links.Skip(RootCoordinates).Select(link => link.Name)];
        Spec = new EnvSpec
        {
            Id = id,
            State = state,
            Observation = new SpaceSpec([.. state.Dimensions.Skip(1)]),
            Action = SpaceSpec.Box(-1, 1, [.. joints.Select(j => $"{j} torque / {MotorTorque} N m")]),
            ControlPeriod = RobotDynamics.ControlPeriod,
            EpisodeLength = 1000,
            FixedStart = !options.RandomStart,
            Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
        };
        Chart = new EuclideanChart(state.Size, 0);
    }

    public ControlSchedule Schedule => robot.Schedule;

    public EnvSpec Spec { get; }

    public IStateChart Chart { get; }

    public ISceneView View => robot.View;

    public static PlanarTask Hopper(DiffRlOptions options) =>
        new(
            "diffrl/hopper-v1", "hopper", hops: true, startHeight: 0, positionSpread: 0.05, velocitySpread: 0.05,
            options);

    public static PlanarTask Cheetah(DiffRlOptions options) =>
        new(
            "diffrl/cheetah-v1", "cheetah", hops: false, startHeight: -0.2, positionSpread: 0.1, velocitySpread: 0.25,
            options);

    public void Reset(LaneKey lane, Span<double> state)
    {
        state.Clear();
        state[1] = startHeight;
        if (!options.RandomStart) return;
        var u = new StartNoise(lane, Spec.Id, state.Length);
        for (int i = 0; i < robot.Positions; i++) state[i] += u.Within(positionSpread);
        for (int i = robot.Positions; i < state.Length; i++) state[i] += u.Within(velocitySpread);
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T> => robot.Refresh(state, carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var applied = new T[robot.Velocities];
        for (int i = 0; i < applied.Length; i++)
            applied[i] = i < RootCoordinates ? 0 : (T)MotorTorque * action[i - RootCoordinates];
        robot.Substep<T>(state, applied, [], carry, next);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => state[1..].CopyTo(observation);

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T speed = nextState[robot.Positions], cost = 0;
        foreach (var a in action) cost += (T)0.1 * a * a;
        if (!hops) return (speed - cost, (T)0 > 0);

        T height = nextState[1], lean = (T)(6 / Math.PI) * nextState[2];
        T upright = RewardTerms.Height(height + 0.30, 0.3, 1);
        return (speed + upright + ((T)1 - (lean * lean)) - cost, height < (T)(-0.45));
    }
}
