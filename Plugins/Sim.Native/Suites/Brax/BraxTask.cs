using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// What the tasks after Brax v1 share: a control step of 0.02 s, which is two rounds of a position-based world; a
/// target that moves at the beginning of the step after the one that reached it; contact flags.
/// </summary>
internal abstract class BraxTask : ITracedEnvironment
{
    /// <summary>Time between two actions [s].</summary>
    public const double ControlPeriod = 0.02;

    /// <summary>The substep [s]; each of the two rounds of a control step has two.</summary>
    public const double SubstepSeconds = ControlPeriod / 4;

    // a body counts as touched if contacts changed its velocity by more than the root of this within a step
    private const double TouchSquared = 1e-5;

    // how fast a smooth reward of reaching the target fades out [m]
    private const double Fade = 0.1;

    private readonly BraxOptions options;

    /// <summary>Makes a task.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="world">The bodies; prescribed ones come last.</param>
    /// <param name="targets">Where targets are.</param>
    /// <param name="reach">Distance from the target at which it is reached [m].</param>
    protected BraxTask(BraxOptions options, PositionBasedWorld world, TargetDraws targets, double reach)
    {
        (this.options, World, Targets, Reach) = (options, world, targets, reach);
        Layout = new BraxState(
            [.. world.Bodies.Where(b => !b.Frozen).Select(b => b.Name)],
            [.. world.Bodies.Where(b => b.Frozen).Select(b => b.Name)],
            targets.Count,
            [.. world.Touching]);
    }

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = 1 };

    public abstract EnvSpec Spec { get; }

    public abstract IStateChart Chart { get; }

    public abstract ISceneView View { get; }

    /// <summary>The bodies.</summary>
    public PositionBasedWorld World { get; }

    /// <summary>The components of a state.</summary>
    public BraxState Layout { get; }

    /// <summary>Whether episodes have targets of their own.</summary>
    protected bool RandomStart => options.RandomStart;

    /// <summary>Where targets are.</summary>
    protected TargetDraws Targets { get; }

    /// <summary>Distance at which a target is reached [m].</summary>
    protected double Reach { get; }

    public void Reset(LaneKey lane, Span<double> state)
    {
        state.Clear();
        var u = new float[Targets.Count];
        if (options.RandomStart) new CounterRandom(lane.Seed, Spec.Id).Uniform(u, lane.Episode, lane.Lane);
        else u[0] = 0.5f;
        for (int i = 0; i < u.Length; i++) state[Layout.Drawn + i] = u[i];
        Start(state);
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var reached = state[Layout.Hit] > 0.5;
        var u = state.Slice(Layout.Drawn, Layout.Draws).ToArray();
        Targets.Advance<T>(reached, u);
        u.CopyTo(next[Layout.Drawn..]);
        Vector3<T> old = TargetOf(state), moved = Targets.Target<T>(u);
        var target = new Vector3<T>(
            T.Select(reached, moved.X, old.X),
            T.Select(reached, moved.Y, old.Y),
            T.Select(reached, moved.Z, old.Z));
        Vectors.Write(target, next[Layout.Target..]);

        var bodies = Layout.Bodies(state);
        var controls = Control(bodies, action);
        var stopped = new Vector3<T>[bodies.Length];
        Array.Fill(stopped, Vector3<T>.Zero);
        for (int round = 0; round < 2; round++) bodies = World.Round(bodies, controls, stopped);
        Layout.Write(bodies, next);
        for (int i = 0; i < Layout.Touching.Length; i++)
        {
            var change = stopped[Layout.Touching[i]];
            int flag = Layout.Flags + i;
            next[flag] = Mark(Vector3<T>.Dot(change, change) > TouchSquared, state[flag]);
        }
        T distance = Lengths.Of(target - bodies[Seeker].Position);
        next[Layout.Hit] = Mark(distance < Reach, state[Layout.Hit]);
    }

    public abstract void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>;

    public abstract (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>;

    /// <summary>Index of the body that has to reach the target.</summary>
    protected abstract int Seeker { get; }

    /// <summary>Writes the start state; the numbers for the first target are there.</summary>
    protected abstract void Start(Span<double> state);

    /// <summary>Moves prescribed bodies and computes what the joints get.</summary>
    /// <param name="bodies">All bodies; prescribed ones may be replaced.</param>
    /// <param name="action">The action.</param>
    protected abstract T[] Control<T>(BodyState<T>[] bodies, ReadOnlySpan<T> action)
        where T : struct, IScalar<T>;

    /// <summary>Position of the target.</summary>
    protected Vector3<T> TargetOf<T>(ReadOnlySpan<T> state)
        where T : struct, IScalar<T> => Vectors.Read(state[Layout.Target..]);

    /// <summary>Distance and direction of a vector; the direction is 0 where the distance is.</summary>
    protected static (T Distance, Vector3<T> Direction) Split<T>(Vector3<T> v)
        where T : struct, IScalar<T>
    {
        T distance = Lengths.Of(v);
        return (distance, ((T)1 / T.Select(distance > 0, distance, 1)) * v);
    }

    /// <summary>The reward of reaching a target: a value within reach, else 0.</summary>
    protected T Reached<T>(T distance, T value)
        where T : struct, IScalar<T> => options.SmoothHit
            ? value / ((T)1 + T.Exp((T)(1 / Fade) * (distance - (T)Reach)))
            : T.Select(distance < Reach, value, 0);

    // A mark of 0 or 1. Nothing depends on the old one, but if it is no number, the state is a fault.
    private static T Mark<T>(Mask<T> mask, T old)
        where T : struct, IScalar<T> =>
        T.Select(ScalarMath.Abs(old) <= 1e6, T.Select(mask, 1, 0), old);

    /// <summary>No task ends by itself.</summary>
    protected static Mask<T> Never<T>()
        where T : struct, IScalar<T> => (T)0 > 1;
}
