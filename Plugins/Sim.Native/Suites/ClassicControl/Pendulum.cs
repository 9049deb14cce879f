using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// Gymnasium's Pendulum-v1: a uniform rod of 1 kg and 1 m that a weak motor has to swing up and hold upright. The state
/// is the angle from the upright position, without bounds, and the angular velocity. The reward depends on the state
/// before the step, as there. It has no termination.
/// </summary>
internal sealed class Pendulum : ITracedEnvironment
{
    public const string Id = "classic/pendulum-v1";

    private const double Gravity = 10; // m/s^2, not 9.81, as in Gymnasium
    private const double Mass = 1; // kg
    private const double Length = 1; // m
    private const double Period = 0.05; // s
    private const double LargestTorque = 2; // N m
    private const double LargestSpeed = 8; // rad/s

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([new("angle", "rad"), new("velocity", "rad/s")]),
        Observation = new SpaceSpec(
            [new("cos angle", "1", -1, 1), new("sin angle", "1", -1, 1), new("velocity", "rad/s")]),
        Action = new SpaceSpec([new("torque", "N m", -LargestTorque, LargestTorque)]),
        ControlPeriod = Period,
        EpisodeLength = 200,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new PendulumChart();

    public ISceneView View { get; } = new PendulumScene(Length);

    // any angle, up to 1 rad/s
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[2];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        state[0] = Math.PI * ((2 * u[0]) - 1);
        state[1] = (2 * u[1]) - 1;
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    // semi-implicit Euler; the speed is cut off at its limit
    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        T acceleration = ((T)(3 * Gravity / (2 * Length)) * T.Sin(state[0]))
            + ((T)(3 / (Mass * Length * Length)) * action[0]);
        T velocity = T.Max(-LargestSpeed, T.Min(LargestSpeed, state[1] + ((T)Period * acceleration)));
        next[0] = state[0] + ((T)Period * velocity);
        next[1] = velocity;
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> =>
        (observation[0], observation[1], observation[2]) = (T.Cos(state[0]), T.Sin(state[0]), state[1]);

    // the angle counts from -pi to pi
    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T angle = T.Atan2(T.Sin(state[0]), T.Cos(state[0]));
        T cost = (angle * angle) + ((T)0.1 * state[1] * state[1]) + ((T)0.001 * action[0] * action[0]);
        T never = 0;
        return (-cost, never > 1);
    }
}
