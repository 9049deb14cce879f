using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Stub;

/// <summary>
/// A mass of 1 kg in the plane that a force of at most 1 N along each axis pushes to the origin. The state is
/// (position, velocity). A force is constant during a control step, so the step is exact: p' = p + h v + h²/2 u, v' = v
/// + h u. The reward is 1 / (1 + |p'|²) - 0.1 |v'|² - 0.01 |u|². The task ends farther than 3 m from the target. The
/// formulas for whole episodes are in <see cref="PointMassMotion"/>.
/// </summary>
internal sealed class PointMass : ITracedEnvironment
{
    public const string Id = "stub/point-mass-v1";

    private const double Lost = 3; // m

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([new("x", "m"), new("y", "m"), new("x velocity", "m/s"), new("y velocity", "m/s")]),
        Observation = new SpaceSpec([new("x", "m"), new("y", "m"), new("x velocity", "m/s"), new("y velocity", "m/s")]),
        Action = new SpaceSpec([new("x force", "N", -1, 1), new("y force", "N", -1, 1)]),
        ControlPeriod = PointMassMotion.Period,
        EpisodeLength = 50,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new EuclideanChart(4);

    public ISceneView View { get; } = new PointMassScene();

    // up to 1.5 m from the target and 0.5 m/s along each axis
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[4];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        for (int i = 0; i < 2; i++)
        {
            state[i] = 1.5 * ((2 * u[i]) - 1);
            state[2 + i] = 0.5 * ((2 * u[2 + i]) - 1);
        }
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        const double h = PointMassMotion.Period;
        for (int i = 0; i < 2; i++)
        {
            next[i] = state[i] + ((T)h * state[2 + i]) + ((T)(h * h / 2) * action[i]);
            next[2 + i] = state[2 + i] + ((T)h * action[i]);
        }
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => state.CopyTo(observation);

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T distance2 = (nextState[0] * nextState[0]) + (nextState[1] * nextState[1]);
        T speed2 = (nextState[2] * nextState[2]) + (nextState[3] * nextState[3]);
        T effort = (action[0] * action[0]) + (action[1] * action[1]);
        T reward = (1 / (1 + distance2)) - ((T)PointMassMotion.SpeedCost * speed2)
            - ((T)PointMassMotion.EffortCost * effort);
        return (reward, distance2 > Lost * Lost);
    }
}
