using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// Cart-pole swing-up of the DiffRL suite (Xu et al., ICLR 2022): a force on the cart swings a free pole up and keeps
/// it there. The state is (x, theta, x', theta'); theta = 0 is upright.
/// </summary>
internal sealed class CartPoleSwingUp(DiffRlOptions options) : ITracedEnvironment
{
    public const string Id = "diffrl/cartpole-swingup-v1";

    private const double ActionForce = 1000; // N on the cart

    private readonly RobotDynamics robot = new(RobotDescription.Load("cartpole"), substeps: 4, refreshEvery: 4);

    public ControlSchedule Schedule => robot.Schedule;

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([
            new("cart", "m"),
            new("pole", "rad"),
            new("cart velocity", "m/s"),
            new("pole velocity", "rad/s"),
        ]),
        Observation = new SpaceSpec([
            new("cart position", "m"),
            new("cart velocity", "m/s"),
            new("sin pole angle", "1", -1, 1),
            new("cos pole angle", "1", -1, 1),
            new("pole velocity", "rad/s"),
        ]),
        Action = SpaceSpec.Box(-1, 1, "cart force / 1000 N"),
        ControlPeriod = RobotDynamics.ControlPeriod,
        EpisodeLength = 240,
        FixedStart = !options.RandomStart,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    // the position of the cart is a feature too, because its track has limits
    public IStateChart Chart { get; } = new EuclideanChart(4);

    public ISceneView View => robot.View;

    public void Reset(LaneKey lane, Span<double> state)
    {
        state.Clear();
        state[1] = -Math.PI;
        if (!options.RandomStart) return;
        Span<float> u = stackalloc float[4];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        for (int i = 0; i < 2; i++)
        {
            state[i] += Math.PI * (u[i] - 0.5);
            state[2 + i] += 0.5 * (u[2 + i] - 0.5);
        }
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T> => robot.Refresh(state, carry);

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T> => robot.Substep(state, [(T)ActionForce * action[0], 0], [], carry, next);

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        observation[0] = state[0];
        observation[1] = state[2];
        observation[2] = T.Sin(state[1]);
        observation[3] = T.Cos(state[1]);
        observation[4] = state[3];
    }

    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        T x = nextState[0], angle = nextState[1], xRate = nextState[2], angleRate = nextState[3];
        T wrapped = T.Atan2(T.Sin(angle), T.Cos(angle));
        T cost = (wrapped * wrapped) + ((T)0.1 * angleRate * angleRate) + ((T)0.05 * x * x) + ((T)0.1 * xRate * xRate);
        // the task never ends early
        return (-cost, (T)0 > 0);
    }
}
