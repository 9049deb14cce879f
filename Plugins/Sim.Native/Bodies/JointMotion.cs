using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// What each kind of joint does: where it places the link, which motions it allows, its passive forces, and how it
/// advances in time.
/// </summary>
internal static class JointMotion
{
    /// <summary>
    /// Computes how the joint moves its frame: a rotation, and a displacement in the axes of that frame.
    /// </summary>
    public static (Matrix3<T> Turn, Vector3<T> Shift) Move<T>(LinkDescription link, ReadOnlySpan<T> q)
        where T : struct, IScalar<T> => link.Joint switch
        {
            JointKind.Prismatic => (Matrix3<T>.Identity, From(link.Reference, q[0]) * Vector3<T>.From(link.Axis)),
            JointKind.Revolute => (Matrix3<T>.Rotation(link.Axis, From(link.Reference, q[0])), Vector3<T>.Zero),
            JointKind.Ball => (Quaternion<T>.From(q).ToMatrix(), Vector3<T>.Zero),
            JointKind.Free => (Quaternion<T>.From(q[3..]).ToMatrix(), new(q[0], q[1], q[2])),
            _ => (Matrix3<T>.Identity, Vector3<T>.Zero),
        };

    /// <summary>
    /// Computes the motion subspace: one spatial motion per velocity component, given the joint frame before the joint
    /// moves.
    /// </summary>
    public static SpatialVector<T>[] Subspace<T>(LinkDescription link, Matrix3<T> frame, Vector3<T> origin)
        where T : struct, IScalar<T>
    {
        SpatialVector<T> About(Vector3<T> axis) => new(axis, Vector3<T>.Cross(origin, axis));
        SpatialVector<T> Along(Vector3<T> axis) => new(Vector3<T>.Zero, axis);
        Vector3<T> x = new(1, 0, 0), y = new(0, 1, 0), z = new(0, 0, 1);
        switch (link.Joint)
        {
            case JointKind.Prismatic:
                return [Along(frame * Vector3<T>.From(link.Axis))];
            case JointKind.Revolute:
                return [About(frame * Vector3<T>.From(link.Axis))];
            case JointKind.Ball:
                return [About(frame * x), About(frame * y), About(frame * z)];
            case JointKind.Free:
                // the velocity of a free joint already is a twist about the world origin
                var zero = Vector3<T>.Zero;
                return [new(x, zero), new(y, zero), new(z, zero), Along(x), Along(y), Along(z)];
            default:
                return [];
        }
    }

    /// <summary>
    /// Computes the force of spring, damper and limit on one component. Limit damping acts within the limits as well,
    /// as in the DiffRL suite.
    /// </summary>
    public static T PassiveForce<T>(LinkDescription link, T q, T qd)
        where T : struct, IScalar<T>
    {
        if (link.Joint == JointKind.Free) return 0;
        T force = -((T)link.Stiffness * From(link.Rest, q)) - ((T)link.Damping * qd);
        if (link.Joint == JointKind.Ball) return force;
        force -= (T)link.LimitDamping * qd;
        if (link.Limits is not [double lower, double upper]) return force;
        T below = T.Max(0, (T)lower - q), above = T.Min(0, (T)upper - q);
        T stiffness = link.LimitStiffness, damping = link.DampingBeyondLimits;
        if (link.DampingBeyondLimits == 0) return force + (stiffness * (below + above));
        return force + PlaneContact.Damped(stiffness * below, -(damping * qd))
            - PlaneContact.Damped(-(stiffness * above), damping * qd);
    }

    /// <summary>Computes the position after h seconds with a constant velocity; quaternions keep norm 1.</summary>
    public static void Advance<T>(JointKind kind, ReadOnlySpan<T> q, ReadOnlySpan<T> qd, double h, Span<T> next)
        where T : struct, IScalar<T>
    {
        switch (kind)
        {
            case JointKind.Prismatic:
            case JointKind.Revolute:
                next[0] = q[0] + ((T)h * qd[0]);
                break;
            case JointKind.Ball:
                Turn(Quaternion<T>.From(q), new(qd[0], qd[1], qd[2]), h).CopyTo(next);
                break;
            case JointKind.Free:
                Vector3<T> p = new(q[0], q[1], q[2]), w = new(qd[0], qd[1], qd[2]), v = new(qd[3], qd[4], qd[5]);
                var moved = p + ((T)h * (v + Vector3<T>.Cross(w, p)));
                (next[0], next[1], next[2]) = (moved.X, moved.Y, moved.Z);
                Turn(Quaternion<T>.From(q[3..]), w, h).CopyTo(next[3..]);
                break;
        }
    }

    // most models measure from 0, which must leave no trace in the graph
    private static T From<T>(double zero, T q)
        where T : struct, IScalar<T> => zero == 0 ? q : q - (T)zero;

    private static Quaternion<T> Turn<T>(Quaternion<T> r, Vector3<T> w, double h)
        where T : struct, IScalar<T>
    {
        var rate = new Quaternion<T>((T)(0.5 * h) * w, 0) * r;
        return new Quaternion<T>(r.Vector + rate.Vector, r.W + rate.W).Normalized();
    }
}
