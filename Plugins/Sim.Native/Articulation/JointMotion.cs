using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>What the kinds of joints do: where they put the link, which motions they allow, what resists in them, how they advance in time.</summary>
internal static class JointMotion
{
    /// <summary>What the joint does to the frame it starts from: its quaternion's matrix and squared norm, and a displacement in that frame.</summary>
    public static (Matrix3<T> Turn, T Norm, Vector3<T> Shift) Move<T>(LinkDescription link, ReadOnlySpan<T> q)
        where T : struct, IScalar<T>
    {
        switch (link.Joint)
        {
            case JointKind.Prismatic:
                return (Matrix3<T>.Identity, 1, q[0] * Vector3<T>.From(link.Axis));
            case JointKind.Revolute:
                return (Matrix3<T>.Rotation(link.Axis, q[0]), 1, Vector3<T>.Zero);
            case JointKind.Ball:
                var ball = Quaternion<T>.From(q);
                return (ball.ToMatrix(), ball.NormSquared, Vector3<T>.Zero);
            case JointKind.Free:
                var free = Quaternion<T>.From(q[3..]);
                return (free.ToMatrix(), free.NormSquared, new(q[0], q[1], q[2]));
            default:
                return (Matrix3<T>.Identity, 1, Vector3<T>.Zero);
        }
    }

    /// <summary>One spatial motion per velocity component, from the joint frame before the joint moves.</summary>
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
                // the velocity is a twist about the world origin as it is
                return [new(x, Vector3<T>.Zero), new(y, Vector3<T>.Zero), new(z, Vector3<T>.Zero), Along(x), Along(y), Along(z)];
            default:
                return [];
        }
    }

    /// <summary>Spring, damper and limit of one component. Limit damping acts within the limits too: the suite's rule.</summary>
    public static T PassiveForce<T>(LinkDescription link, T q, T qd)
        where T : struct, IScalar<T>
    {
        if (link.Joint == JointKind.Free) return 0;
        T force = -((T)link.Stiffness * q) - ((T)link.Damping * qd);
        if (link.Joint == JointKind.Ball) return force;
        force -= (T)link.LimitDamping * qd;
        if (link.Limits is not [double lower, double upper]) return force;
        return force + ((T)link.LimitStiffness * (T.Max((T)lower - q, 0) + T.Min((T)upper - q, 0)));
    }

    /// <summary>The position after h seconds with the given velocity; quaternions stay of norm 1.</summary>
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

    private static Quaternion<T> Turn<T>(Quaternion<T> r, Vector3<T> w, double h)
        where T : struct, IScalar<T>
    {
        var rate = new Quaternion<T>((T)(0.5 * h) * w, 0) * r;
        return new Quaternion<T>(r.Vector + rate.Vector, r.W + rate.W).Normalized();
    }
}
