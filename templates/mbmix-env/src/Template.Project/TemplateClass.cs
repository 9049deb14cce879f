using MbMix;
using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace Template.Project;

/// <summary>
/// A crane: a cart on a rail, driven by a force, with a load on a rope. The load has to come to the middle and hang
/// still. The state consists of the position of the cart [m], the angle of the rope from the vertical [rad], and their
/// rates. Action 1 is the largest force.
/// </summary>
internal sealed class TemplateClass(TemplateClassOptions options) : ITracedEnvironment
{
    public const string Id = "template-prefix/template-name-v1";

    private const double Cart = 2, Load = 1; // kg
    private const double Gravity = 9.81; // m/s^2
    private const double Force = 20; // N
    private const double Friction = 1; // N per m/s of the cart
    private const double Rail = 4; // m from the middle to an end, where the task ends
    private const double Seconds = 0.005; // length of a substep
    private const int Substeps = 4;

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = Substeps };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([
            new("position", "m"), new("angle", "rad"), new("speed", "m/s"), new("turn rate", "rad/s"),
        ]),
        Observation = new SpaceSpec([
            new("position", "m"), new("speed", "m/s"), new("sine", "1"), new("cosine", "1"), new("turn rate", "rad/s"),
        ]),
        Action = SpaceSpec.Box(-1, 1, "force"),
        ControlPeriod = Substeps * Seconds,
        EpisodeLength = 250,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new EuclideanChart(4);

    // up to two meters from the middle, with the load swinging; the numbers depend on the key of the lane alone
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[4];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        for (int i = 0; i < 4; i++) state[i] = ((2 * u[i]) - 1) * (i == 0 ? 2 : 0.3);
    }

    // what substeps share, such as a factored mass matrix, would be computed here
    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        T x = state[0], angle = state[1], v = state[2], w = state[3];
        T sin = T.Sin(angle), cos = T.Cos(angle);

        // the forces on cart and load, solved for both accelerations
        T push = ((T)Force * action[0]) - ((T)Friction * v);
        T pull = (T)Load * sin * (((T)options.Rope * w * w) + ((T)Gravity * cos));
        T acceleration = (push + pull) / ((T)Cart + ((T)Load * sin * sin));
        T turn = -((acceleration * cos) + ((T)Gravity * sin)) / (T)options.Rope;

        v += (T)Seconds * acceleration;
        w += (T)Seconds * turn;
        (next[0], next[1], next[2], next[3]) = (x + ((T)Seconds * v), angle + ((T)Seconds * w), v, w);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T> =>
        (observation[0], observation[1], observation[2], observation[3], observation[4]) =
            (state[0], state[2], T.Sin(state[1]), T.Cos(state[1]), state[3]);

    // 1 for a load that hangs still in the middle; less for distance, motion and effort
    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T x = nextState[0], angle = nextState[1], v = nextState[2], w = nextState[3];
        T distance = x + ((T)options.Rope * T.Sin(angle));
        T reward = (1 / (1 + (distance * distance)))
            - ((T)0.05 * ((v * v) + (w * w))) - ((T)0.01 * action[0] * action[0]);
        return (reward, x * x > Rail * Rail);
    }
}
