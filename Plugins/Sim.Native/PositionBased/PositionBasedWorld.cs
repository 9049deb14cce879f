using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Rigid bodies in maximal coordinates, whose joints and contacts correct positions; velocities follow from the
/// corrected positions. This is the position-based dynamics of Brax v1: corrections are computed for all joints from
/// the same state and added, soft by published shares, and every other substep handles contact.
/// </summary>
internal sealed class PositionBasedWorld
{
    // angular velocities lose this share per second
    private const double AngularDamping = 0.05;

    private readonly RigidBody[] bodies;
    private readonly JointTerms joints;
    private readonly ContactTerms contacts;
    private readonly double substep;
    private readonly double gravity;

    /// <summary>Makes a world.</summary>
    /// <param name="bodies">Its bodies.</param>
    /// <param name="joints">Their joints; their angles are the actions, in this order.</param>
    /// <param name="points">Points that touch the ground.</param>
    /// <param name="pairs">Capsules that touch each other.</param>
    /// <param name="friction">Friction coefficient.</param>
    /// <param name="substep">The substep [s].</param>
    /// <param name="gravity">Acceleration of gravity along -z [m/s^2].</param>
    public PositionBasedWorld(
        RigidBody[] bodies,
        LimitedJoint[] joints,
        GroundPoint[] points,
        CapsulePair[] pairs,
        double friction,
        double substep,
        double gravity = 9.8)
    {
        (this.bodies, Joints, this.substep, this.gravity) = (bodies, joints, substep, gravity);
        this.joints = new JointTerms(bodies, joints);
        contacts = new ContactTerms(bodies, points, pairs, friction, substep, gravity);
    }

    /// <summary>The bodies.</summary>
    public IReadOnlyList<RigidBody> Bodies => bodies;

    /// <summary>The joints.</summary>
    public IReadOnlyList<LimitedJoint> Joints { get; }

    /// <summary>Number of actions: one per angle of a joint.</summary>
    public int Actions => joints.Actions;

    /// <summary>Bodies that contacts can move, in order.</summary>
    public IReadOnlyList<int> Touching => contacts.Touching;

    /// <summary>Advances the bodies by two substeps, the second with contact.</summary>
    /// <param name="states">States of all bodies.</param>
    /// <param name="action">Torques of hinges as shares of the largest, wanted angles of ball joints [rad].</param>
    /// <param name="stopped">For each body, the changes of velocity by contacts are added.</param>
    /// <returns>The states afterward; those of frozen bodies are the same.</returns>
    public BodyState<T>[] Round<T>(BodyState<T>[] states, ReadOnlySpan<T> action, Vector3<T>[] stopped)
        where T : struct, IScalar<T> =>
        Substep(Substep(states, action, null), action, stopped);

    /// <summary>Advances the bodies by one substep.</summary>
    /// <param name="states">States of all bodies.</param>
    /// <param name="action">As in <see cref="Round"/>.</param>
    /// <param name="stopped">As in <see cref="Round"/>; null for a substep without contact.</param>
    public BodyState<T>[] Substep<T>(BodyState<T>[] states, ReadOnlySpan<T> action, Vector3<T>[]? stopped)
        where T : struct, IScalar<T>
    {
        int n = bodies.Length;
        Matrix3<T>[] startRotations = [.. states.Select(s => s.Orientation.ToMatrix())];
        var torques = joints.Torques(startRotations, states, action);

        // Rotations are kept relative to the start of the substep: their rates do not suffer from rounding then.
        var moved = new Motion<T>[n];
        for (int i = 0; i < n; i++) moved[i] = Advance(i, states[i], Vectors.Read<T>(torques.AsSpan(3 * i)));
        Vector3<T>[] positions = [.. moved.Select(m => m.Position)];
        var corrections = joints.Corrections(positions, Rotations(states, moved));
        for (int i = 0; i < n; i++)
        {
            var c = corrections.AsSpan(6 * i, 6);
            Correct(i, moved, Vectors.Read<T>(c), Vectors.Read<T>(c[3..]));
        }
        if (stopped is null) return Finish(states, moved);

        positions = [.. moved.Select(m => m.Position)];
        var rotations = Rotations(states, moved);
        var pushes = contacts.Push(positions, rotations, [.. states.Select(s => s.Position)], startRotations);
        for (int i = 0; i < n; i++) Correct(i, moved, pushes[i].Move, pushes[i].Turn);
        var next = Finish(states, moved);
        var brakes = contacts.Brake(positions, rotations, next, [.. moved.Select(m => (m.Velocity, m.Turning))]);
        for (int i = 0; i < n; i++)
        {
            if (bodies[i].Frozen) continue;
            var (move, turn) = brakes[i];
            stopped[i] += move;
            next[i] = next[i] with { Velocity = next[i].Velocity + move, Turning = next[i].Turning + turn };
        }
        return next;
    }

    // a body on its way through a substep: its velocities before corrections, where it is, its rotation since the start
    // of the substep, and how far corrections have moved it
    private readonly record struct Motion<T>(
        Vector3<T> Velocity, Vector3<T> Turning, Vector3<T> Position, Quaternion<T> Turned, Vector3<T> Shift)
        where T : struct, IScalar<T>;

    private Motion<T> Advance<T>(int body, BodyState<T> state, Vector3<T> torque)
        where T : struct, IScalar<T>
    {
        if (bodies[body].Frozen)
            return new(Vector3<T>.Zero, Vector3<T>.Zero, state.Position, Quaternion<T>.Identity, Vector3<T>.Zero);
        T h = substep;
        double[] inverses = bodies[body].Inverses;
        var velocity = state.Velocity + new Vector3<T>(0, 0, -gravity * substep);
        var turning = ((T)Math.Exp(-AngularDamping * substep) * state.Turning)
            + (h * new Inverses<T>(inverses[0], Vector3<T>.From(inverses.AsSpan(1))).Turn(torque));
        var turned = new Quaternion<T>((T)(0.5 * substep) * turning, 1).Normalized();
        return new(velocity, turning, state.Position + (h * velocity), turned, Vector3<T>.Zero);
    }

    private void Correct<T>(int body, Motion<T>[] moved, Vector3<T> move, Vector3<T> turn)
        where T : struct, IScalar<T>
    {
        if (bodies[body].Frozen) return;
        var m = moved[body];
        moved[body] = m with
        {
            Position = m.Position + move,
            Turned = new Quaternion<T>((T)0.5 * turn, 1) * m.Turned,
            Shift = m.Shift + move,
        };
    }

    private static Matrix3<T>[] Rotations<T>(BodyState<T>[] states, Motion<T>[] moved)
        where T : struct, IScalar<T> =>
        [.. states.Zip(moved, (state, m) => (m.Turned * state.Orientation).ToMatrix())];

    // velocities are what has moved the bodies
    private BodyState<T>[] Finish<T>(BodyState<T>[] states, Motion<T>[] moved)
        where T : struct, IScalar<T>
    {
        var next = new BodyState<T>[states.Length];
        for (int i = 0; i < next.Length; i++)
        {
            if (bodies[i].Frozen)
            {
                next[i] = states[i];
                continue;
            }
            var turned = moved[i].Turned.Normalized();
            T rate = T.Select(turned.W < 0, -2 / substep, 2 / substep);
            next[i] = new(
                moved[i].Position,
                (turned * states[i].Orientation).Normalized(),
                moved[i].Velocity + ((T)(1 / substep) * moved[i].Shift),
                rate * turned.Vector);
        }
        return next;
    }
}
