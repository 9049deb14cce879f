using MbMix;
using MbMix.Differentiation;
using MbMix.Numerics;
using MbMix.Simulation;

namespace Samples.Quadrotor;

/// <summary>
/// A quadrotor of half a kilogram that has to hover at a point. The state consists of position [m], attitude as a
/// quaternion (x, y, z, w) and velocity [m/s], all in world axes with z up, and the angular velocity [rad/s] in body
/// axes. The action is the thrust of each rotor: 0 is a quarter of the weight, 1 twice that.
/// </summary>
internal sealed class Quadrotor : ITracedEnvironment
{
    public const string Id = "samples/quadrotor-hover-v1";

    private const double Mass = 0.5; // kg
    private const double Gravity = 9.81; // m/s^2
    private const double Arm = 0.17; // m from the center to a rotor
    private const double Ixx = 0.0023, Iyy = 0.0023, Izz = 0.004; // kg m^2
    private const double Drag = 0.1; // N per m/s of airspeed
    private const double Reaction = 0.016; // N m of yaw torque per N of thrust
    private const double Seconds = 0.005; // length of a substep
    private const int Substeps = 4;
    private const double Lost = 3; // the task ends this far from the target, m

    public ControlSchedule Schedule { get; } = new() { SubstepsPerRefresh = Substeps };

    public EnvSpec Spec { get; } = new()
    {
        Id = Id,
        State = new SpaceSpec([
            .. Names("position", "m", "xyz"), .. Names("attitude", "1", "xyzw"),
            .. Names("velocity", "m/s", "xyz"), .. Names("rate", "rad/s", "xyz"),
        ]),
        Observation = new SpaceSpec([
            .. Names("position", "m", "xyz"), .. Names("velocity", "m/s", "xyz"), .. Names("rate", "rad/s", "xyz"),
            .. Names("body x", "1", "xyz"), .. Names("body y", "1", "xyz"), .. Names("body z", "1", "xyz"),
        ]),
        Action = SpaceSpec.Box(-1, 1, "front", "left", "back", "right"),
        ControlPeriod = Substeps * Seconds,
        EpisodeLength = 250,
        Gradient = new GradientCapability(GradientKind.Exact, 1e-4),
    };

    public IStateChart Chart { get; } = new QuadrotorChart();

    public ISceneView View { get; } = new QuadrotorScene((float)Arm);

    // up to a meter from the target along each axis, tilted, moving and turning
    public void Reset(LaneKey lane, Span<double> state)
    {
        Span<float> u = stackalloc float[13];
        new CounterRandom(lane.Seed, Id).Uniform(u, lane.Episode, lane.Lane);
        for (int i = 0; i < 13; i++) state[i] = (2 * u[i]) - 1;
        for (int i = 3; i < 6; i++) state[i] *= 0.2;
        state[6] = Math.Sqrt(1 - (state[3] * state[3]) - (state[4] * state[4]) - (state[5] * state[5]));
    }

    public void Refresh<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, Span<T> carry)
        where T : struct, IScalar<T>
    {
    }

    public void Substep<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> carry, Span<T> next)
        where T : struct, IScalar<T>
    {
        var (p, q, v, w) = Parts(state);
        T hover = Mass * Gravity / 4;
        T front = hover * (1 + action[0]), left = hover * (1 + action[1]);
        T back = hover * (1 + action[2]), right = hover * (1 + action[3]);

        // the rotors push along the body's z axis; front and back rotate one way, left and right the other
        var thrust = new Vector3<T>(0, 0, front + left + back + right);
        var force = (q.ToMatrix() * thrust) - ((T)Drag * v);
        v += (T)Seconds * (((T)(1 / Mass) * force) - new Vector3<T>(0, 0, Gravity));
        p += (T)Seconds * v;

        // Euler's equations: I w' = torque - w x I w
        var torque = new Vector3<T>(
            (T)Arm * (left - right), (T)Arm * (back - front), (T)Reaction * (front - left + back - right));
        var net = torque - Vector3<T>.Cross(w, new((T)Ixx * w.X, (T)Iyy * w.Y, (T)Izz * w.Z));
        w += (T)Seconds * new Vector3<T>((T)(1 / Ixx) * net.X, (T)(1 / Iyy) * net.Y, (T)(1 / Izz) * net.Z);
        q = (q * new Quaternion<T>((T)(0.5 * Seconds) * w, 1)).Normalized();

        Write(next, p);
        q.CopyTo(next[3..]);
        Write(next[7..], v);
        Write(next[10..], w);
    }

    public void Observe<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> lastAction, Span<T> observation)
        where T : struct, IScalar<T>
    {
        var (p, q, v, w) = Parts(state);
        var axes = q.ToMatrix().Transposed;
        Write(observation, p);
        Write(observation[3..], v);
        Write(observation[6..], w);
        Write(observation[9..], axes.Row0);
        Write(observation[12..], axes.Row1);
        Write(observation[15..], axes.Row2);
    }

    // 1.2 for hovering upright at the target; less for distance, tilt, motion and effort
    public (T Reward, Mask<T> Terminated) Reward<T>(
        ReadOnlySpan<T> state, ReadOnlySpan<T> action, ReadOnlySpan<T> nextState)
        where T : struct, IScalar<T>
    {
        var (p, q, v, w) = Parts(nextState);
        T distance2 = Vector3<T>.Dot(p, p), effort = 0;
        foreach (var a in action) effort += a * a;
        T reward = (1 / (1 + distance2)) + ((T)0.2 * q.ToMatrix().Row2.Z)
            - ((T)0.02 * Vector3<T>.Dot(v, v)) - ((T)0.01 * Vector3<T>.Dot(w, w)) - ((T)0.01 * effort);
        return (reward, distance2 > Lost * Lost);
    }

    private static (Vector3<T> Position, Quaternion<T> Attitude, Vector3<T> Velocity, Vector3<T> Rate) Parts<T>(
        ReadOnlySpan<T> s)
        where T : struct, IScalar<T> =>
        (new(s[0], s[1], s[2]), Quaternion<T>.From(s[3..]), new(s[7], s[8], s[9]), new(s[10], s[11], s[12]));

    private static void Write<T>(Span<T> target, Vector3<T> v)
        where T : struct, IScalar<T> => (target[0], target[1], target[2]) = (v.X, v.Y, v.Z);

    private static IEnumerable<Dimension> Names(string what, string unit, string axes) =>
        axes.Select(axis => new Dimension($"{what} {axis}", unit));
}
