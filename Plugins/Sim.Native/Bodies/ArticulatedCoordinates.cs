using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// The chart of an articulated robot, whose first link may be free and whose joints may be ball joints. A tangent has
/// two components per velocity component: first the displacements of all joints, then the changes of all velocities. A
/// rotation is displaced by a rotation vector, in world axes for the torso and in the joint frame for a ball joint;
/// that of the torso precedes its translation. The linear velocity of the torso is that of its origin, not the linear
/// part of its twist.
/// </summary>
internal sealed class ArticulatedCoordinates : ITracedChart
{
    // below this squared angle a series is used, so that no square root is taken at 0
    private const double Small = 1e-12;

    private readonly int positions;
    private readonly int velocities;

    // per joint: the index of its quaternion, or -1; the index and number of its other coordinates
    private readonly List<(int Turn, int First, int Flat)> joints = [];

    // positions that are no features
    private readonly int[] unseen;

    /// <summary>Makes the chart.</summary>
    /// <param name="body">The robot.</param>
    /// <param name="unseen">
    /// Indices of the position components that the dynamics do not depend on; null for the horizontal position of a
    /// free torso where y is up.
    /// </param>
    public ArticulatedCoordinates(ArticulatedBody body, int[]? unseen = null)
    {
        (positions, velocities) = (body.Positions, body.Velocities);
        Free = body.Robot.Links[0].Joint == JointKind.Free;
        this.unseen = unseen ?? (Free ? [0, 2] : []);
        for (int link = 0; link < body.Robot.Links.Length; link++)
        {
            int q = body.PositionOf(link);
            var joint = body.Robot.Links[link].Joint;
            if (joint == JointKind.Fixed) continue;
            joints.Add(joint switch
            {
                JointKind.Free => (q + 3, q, 3),
                JointKind.Ball => (q, q, 0),
                _ => (-1, q, 1),
            });
        }
    }

    /// <summary>Whether the first link is free.</summary>
    public bool Free { get; }

    public int StateSize => positions + velocities;

    public int TangentSize => 2 * velocities;

    /// <summary>All components of position and velocity except those that the dynamics do not depend on.</summary>
    public int FeatureSize => positions + velocities - unseen.Length;

    public void Features<T>(ReadOnlySpan<T> state, Span<T> features)
        where T : struct, IScalar<T>
    {
        int at = 0;
        for (int i = 0; i < positions; i++)
        {
            if (!unseen.Contains(i)) features[at++] = state[i];
        }
        PointVelocities(state, features[at..]);
    }

    public void Difference<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to, Span<T> tangent)
        where T : struct, IScalar<T>
    {
        int t = 0;
        foreach (var (turn, q, flat) in joints)
        {
            if (turn >= 0)
            {
                Quaternion<T> before = Quaternion<T>.From(from[turn..]), after = Quaternion<T>.From(to[turn..]);
                Write(Log(after * before.Conjugate), tangent[t..]);
                t += 3;
            }
            for (int i = 0; i < flat; i++) tangent[t++] = to[q + i] - from[q + i];
        }
        Span<T> fromVelocity = new T[velocities];
        PointVelocities(from, fromVelocity);
        PointVelocities(to, tangent[t..]);
        for (int i = 0; i < velocities; i++) tangent[t + i] -= fromVelocity[i];
    }

    public void Integrate<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> tangent, Span<T> next)
        where T : struct, IScalar<T>
    {
        int t = 0;
        foreach (var (turn, q, flat) in joints)
        {
            if (turn >= 0)
            {
                var rotation = Exp(new Vector3<T>(tangent[t], tangent[t + 1], tangent[t + 2]));
                (rotation * Quaternion<T>.From(state[turn..])).CopyTo(next[turn..]);
                t += 3;
            }
            for (int i = 0; i < flat; i++) next[q + i] = state[q + i] + tangent[t++];
        }
        Span<T> velocity = new T[velocities];
        PointVelocities(state, velocity);
        for (int i = 0; i < velocities; i++) velocity[i] += tangent[t + i];
        Twists(next, velocity, next[positions..]);
    }

    /// <summary>
    /// Copies the velocities, with the linear velocity of the torso's origin, v + w x p, for that of its twist.
    /// </summary>
    private void PointVelocities<T>(ReadOnlySpan<T> state, Span<T> velocity)
        where T : struct, IScalar<T>
    {
        state.Slice(positions, velocities).CopyTo(velocity);
        if (Free) Write(Read(velocity[3..]) + Vector3<T>.Cross(Read<T>(velocity), Read(state)), velocity[3..]);
    }

    /// <summary>
    /// Converts the velocity v of the torso's origin back to the twist about the world origin, v - w x p.
    /// </summary>
    private void Twists<T>(ReadOnlySpan<T> position, ReadOnlySpan<T> velocity, Span<T> twist)
        where T : struct, IScalar<T>
    {
        velocity.CopyTo(twist);
        if (Free) Write(Read(velocity[3..]) - Vector3<T>.Cross(Read(velocity), Read(position)), twist[3..]);
    }

    /// <summary>The rotation by a rotation vector, whose direction is the axis and whose length is the angle.</summary>
    public static Quaternion<T> Exp<T>(Vector3<T> vector)
        where T : struct, IScalar<T>
    {
        // sin(a/2)/a as a function of a^2
        T square = Vector3<T>.Dot(vector, vector);
        var tiny = square < Small;
        T angle = T.Sqrt(T.Select(tiny, 1, square)), half = (T)0.5 * angle;
        T scale = T.Select(tiny, (T)0.5 - (square * (1.0 / 48)), T.Sin(half) / angle);
        return new(scale * vector, T.Select(tiny, (T)1 - (square * 0.125), T.Cos(half)));
    }

    /// <summary>The shortest rotation vector of a unit quaternion.</summary>
    public static Vector3<T> Log<T>(Quaternion<T> q)
        where T : struct, IScalar<T>
    {
        // q and -q are the same rotation: take the one with w >= 0
        T sign = T.Select(q.W < 0, -1, 1), w = q.W * sign;
        var v = sign * q.Vector;
        T square = Vector3<T>.Dot(v, v);
        var tiny = square < Small;
        T length = T.Sqrt(T.Select(tiny, 1, square));
        return T.Select(tiny, (T)2 / T.Max(w, 0.5), (T)2 * T.Atan2(length, w) / length) * v;
    }

    private static Vector3<T> Read<T>(ReadOnlySpan<T> v)
        where T : struct, IScalar<T> => new(v[0], v[1], v[2]);

    private static void Write<T>(Vector3<T> v, Span<T> to)
        where T : struct, IScalar<T> => (to[0], to[1], to[2]) = (v.X, v.Y, v.Z);
}
