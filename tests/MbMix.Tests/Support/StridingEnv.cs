using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Tests.Support;

/// <summary>
/// Something that moves along x at 2 m/s whatever the action, with two feet of which each leads for half a second; both are in the air
/// for a third of the time. It falls at a place.
/// </summary>
internal sealed class StridingEnv(double fallsAt = double.PositiveInfinity) : ITracedEnvironment
{
    private const double Period = 0.01;

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public EnvSpec Spec { get; } = new()
    {
        Id = "test/striding-v1",
        State = new SpaceSpec([new("x", "m"), new("phase", "rad")]),
        Observation = new SpaceSpec([new("x", "m")]),
        Action = new SpaceSpec([new("nothing", "", -1, 1)]),
        ControlPeriod = Period,
        EpisodeLength = 2000,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new EuclideanChart(2);

    public ISceneView View { get; } = new Feet();

    public void Reset(LaneKey lane, Span<double> state) => (state[0], state[1]) = (lane.Lane, Math.PI / 4);

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        next[0] = state[0] + (T)(2 * Period);
        next[1] = state[1] + (T)(2 * Math.PI * Period);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => observation[0] = state[0];

    public (T Reward, Mask<T> Terminated) Reward<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T> => (1, nextState[0] > (T)fallsAt);

    private sealed class Feet() : LaneSceneView(new Scene
    {
        Bodies = ["trunk", "one foot", "other foot"],
        Points = [new(1, default, 0.1f), new(2, default, 0.1f)],
        Follow = 0,
    })
    {
        protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
        {
            pose.Place(0, state[0], 0, 1);
            pose.Place(1, state[0] + (0.3 * Math.Sin(state[1])), 0, 0);
            pose.Place(2, state[0] - (0.3 * Math.Sin(state[1])), 0, 0);
            pose.Touching.Fill(Math.Cos(state[1]) <= 0.5);
        }
    }
}
