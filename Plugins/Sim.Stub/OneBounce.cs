using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Stub;

/// <summary>
/// A ball that is dropped onto a floor at height 0, bounces, and is accelerated sideways. The state is (x, z, x', z').
/// The time of an impact is found in closed form from the state, and the step is exact: free flight, at the impact a
/// loss of speed along both axes, free flight again. There is at most one impact in a control step, and exactly one in
/// an episode. The reward, 1 - (x - 1)² - (z - 1/2)² - 0.01 u², depends on no velocity, so that returns are continuous
/// where an impact moves from one step to the next. The derivatives are in <see cref="OneBounceMotion"/>.
/// </summary>
internal sealed class OneBounce : ITracedEnvironment
{
    public const string Id = "stub/one-bounce-v1";

    private const double Smallest = 1e-12; // under the root, whose derivative at 0 is infinite

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([new("x", "m"), new("z", "m"), new("x velocity", "m/s"), new("z velocity", "m/s")]),
        Observation = new SpaceSpec([new("x", "m"), new("z", "m"), new("x velocity", "m/s"), new("z velocity", "m/s")]),
        Action = new SpaceSpec([new("acceleration", "m/s^2", -OneBounceMotion.Thrust, OneBounceMotion.Thrust)]),
        ControlPeriod = OneBounceMotion.Period,
        EpisodeLength = 20,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-3),
    };

    public IStateChart Chart { get; } = new EuclideanChart(4);

    // dropped from 0.9 to 1.1 m with a sideways speed of up to 1 m/s
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[3];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        state[0] = 0.5 * ((2 * u[0]) - 1);
        state[1] = 0.9 + (0.2 * u[1]);
        state[2] = (2 * u[2]) - 1;
        state[3] = 0;
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        const double g = OneBounceMotion.Gravity;
        T h = OneBounceMotion.Period, u = action[0];
        T x = state[0], z = state[1], vx = state[2], vz = state[3];

        // at the impact: z + vz t - g t^2 / 2 = 0; a ball that is already on the floor and sinks meets it at once
        T speed = T.Sqrt(T.Max((vz * vz) + ((T)(2 * g) * T.Max(z, 0)), Smallest));
        T time = (vz + speed) * (T)(1 / g);
        T rest = h - time;
        T impactX = x + (vx * time) + ((T)0.5 * u * time * time);
        T impactVx = (T)OneBounceMotion.Grip * (vx + (u * time));
        T impactVz = (T)OneBounceMotion.Restitution * speed;
        var impact = time < h;

        next[0] = T.Select(
            impact, impactX + (impactVx * rest) + ((T)0.5 * u * rest * rest), x + (h * vx) + ((T)0.5 * h * h * u));
        next[1] = T.Select(
            impact, (impactVz * rest) - ((T)(g / 2) * rest * rest), z + (h * vz) - ((T)(g / 2) * h * h));
        next[2] = T.Select(impact, impactVx + (u * rest), vx + (u * h));
        next[3] = T.Select(impact, impactVz - ((T)g * rest), vz - ((T)g * h));
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> => state.CopyTo(observation);

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T dx = nextState[0] - 1, dz = nextState[1] - 0.5;
        // the task never ends early
        return (1 - (dx * dx) - (dz * dz) - ((T)0.01 * action[0] * action[0]), (T)0 > 0);
    }
}
