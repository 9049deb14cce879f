using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Computes from a state of an imported robot what a task reads, as MuJoCo would.</summary>
internal sealed class ImportedQuantities
{
    private readonly ImportedRobot robot;
    private readonly ArticulatedBody body;
    private readonly int[] shifted;
    private readonly LinkPose<Real>[] start;

    public ImportedQuantities(ImportedRobot robot, ArticulatedBody body)
    {
        (this.robot, this.body) = (robot, body);
        shifted = [.. robot.Shifts().Select(shift => shift.Position)];
        var state = new double[robot.Positions + robot.Velocities];
        robot.FromMuJoCo(robot.StartPositions, new double[robot.Velocities], state);
        start = body.Kinematics<Real>([.. state.Take(robot.Positions).Select(x => (Real)x)]);
    }

    /// <summary>What can be computed.</summary>
    public static IReadOnlySet<QuantityKind> Supported { get; } = new HashSet<QuantityKind>
    {
        QuantityKind.Position,
        QuantityKind.Velocity,
        QuantityKind.BodyPosition,
        QuantityKind.BodyUp,
        QuantityKind.BodyVelocity,
        QuantityKind.BodyAngularVelocity,
        QuantityKind.SitePosition,
        QuantityKind.Center,
    };

    /// <summary>Position of a body's origin in the start position [m].</summary>
    public double[] StartOf(int index)
    {
        var (_, _, link, place) = robot.Bodies[index];
        return Placement.Components(
            link < 0 ? place.Position : start[link].Position + (start[link].Rotation * place.Position));
    }

    /// <summary>Computes quantities.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="state">State.</param>
    public T[] Compute<T>(IReadOnlyList<Quantity> wanted, ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        // near the origin, so that velocities of points keep their digits
        var q = state[..robot.Positions].ToArray();
        foreach (int i in shifted) q[i] -= T.Stop(state[i]);
        var qd = state.Slice(robot.Positions, robot.Velocities).ToArray();
        var poses = body.Kinematics<T>(q);
        var motions = Motions(poses, qd);
        var shift = Shifts(poses, state);
        var values = new T[wanted.Count];
        for (int i = 0; i < values.Length; i++)
        {
            var (kind, index, axis) = wanted[i];
            values[i] = kind switch
            {
                QuantityKind.Position => Position(index, state),
                QuantityKind.Velocity => Velocity(index, state),
                QuantityKind.BodyUp => Up(index, poses),
                QuantityKind.BodyPosition =>
                    Component(Place(poses, shift, robot.Bodies[index].Link, robot.Bodies[index].Place.Position), axis),
                QuantityKind.SitePosition =>
                    Component(Place(poses, shift, robot.Sites[index].Link, robot.Sites[index].Place.Position), axis),
                QuantityKind.BodyVelocity => Component(PointVelocity(robot.Bodies[index], poses, motions), axis),
                QuantityKind.BodyAngularVelocity =>
                    robot.Bodies[index].Link < 0 ? 0 : Component(motions[robot.Bodies[index].Link].Angular, axis),
                QuantityKind.Center => Component(Center(poses, shift), axis),
                _ => throw new NotSupportedException(kind.ToString()),
            };
        }
        return values;
    }

    // MuJoCo puts w first
    private T Position<T>(int index, ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        foreach (var joint in robot.Joints)
        {
            int k = index - joint.Quaternion;
            if (joint.Quaternion >= 0 && k is >= 0 and < 4) return state[joint.Quaternion + ((k + 3) % 4)];
        }
        return state[index];
    }

    // MuJoCo's angular velocity is in the axes of the body itself
    private T Velocity<T>(int index, ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        foreach (var joint in robot.Joints)
        {
            int k = index - joint.Spin;
            if (joint.Quaternion < 0 || k is < 0 or > 2) continue;
            var v = state[(robot.Positions + joint.Spin)..];
            var toBody = Quaternion<T>.From(state[joint.Quaternion..]).ToMatrix().Transposed;
            return Component(toBody * new Vector3<T>(v[0], v[1], v[2]), k);
        }
        return state[robot.Positions + index];
    }

    private T Up<T>(int index, LinkPose<T>[] poses)
        where T : struct, IScalar<T>
    {
        int link = robot.Bodies[index].Link;
        if (link < 0) return 1;
        // e.(R R0' e) with e up
        var before = start[link].Rotation.Row2;
        return Vector3<T>.Dot(poses[link].Rotation.Row2, new(before.X.Value, before.Y.Value, before.Z.Value));
    }

    private Vector3<T> PointVelocity<T>(ImportedBody of, LinkPose<T>[] poses, SpatialVector<T>[] motions)
        where T : struct, IScalar<T>
    {
        if (of.Link < 0) return Vector3<T>.Zero;
        var at = poses[of.Link].Position + (poses[of.Link].Rotation * Constant<T>(of.Place.Position));
        return motions[of.Link].Linear + Vector3<T>.Cross(motions[of.Link].Angular, at);
    }

    private Vector3<T> Center<T>(LinkPose<T>[] poses, Vector3<T>[] shift)
        where T : struct, IScalar<T>
    {
        var links = robot.Description.Links;
        double total = robot.Static.Mass + links.Sum(link => link.Mass);
        var sum = (T)(robot.Static.Mass / total) * Vector3<T>.From(robot.Static.Center);
        for (int i = 0; i < links.Length; i++)
        {
            if (links[i].Mass > 0) sum += (T)(links[i].Mass / total) * (shift[i] + poses[i].Center);
        }
        return sum;
    }

    private static Vector3<T> Place<T>(LinkPose<T>[] poses, Vector3<T>[] shift, int link, Vector3<Real> point)
        where T : struct, IScalar<T> => link < 0
            ? Constant<T>(point)
            : shift[link] + (poses[link].Position + (poses[link].Rotation * Constant<T>(point)));

    /// <summary>What was subtracted from the positions of each link.</summary>
    private Vector3<T>[] Shifts<T>(LinkPose<T>[] poses, ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        var shifts = new Vector3<T>[poses.Length];
        for (int i = 0; i < poses.Length; i++)
        {
            int parent = robot.Description.Links[i].Parent;
            shifts[i] = parent < 0 ? Vector3<T>.Zero : shifts[parent];
            int q = body.PositionOf(i);
            if (robot.Description.Links[i].Joint == JointKind.Prismatic && shifted.Contains(q))
                shifts[i] += T.Stop(state[q]) * poses[i].Subspace[0].Linear;
        }
        return shifts;
    }

    private SpatialVector<T>[] Motions<T>(LinkPose<T>[] poses, T[] qd)
        where T : struct, IScalar<T>
    {
        var motions = new SpatialVector<T>[poses.Length];
        for (int i = 0; i < poses.Length; i++)
        {
            int parent = robot.Description.Links[i].Parent;
            motions[i] = parent < 0 ? SpatialVector<T>.Zero : motions[parent];
            for (int k = 0; k < poses[i].Subspace.Length; k++)
                motions[i] += qd[body.VelocityOf(i) + k] * poses[i].Subspace[k];
        }
        return motions;
    }

    private static Vector3<T> Constant<T>(Vector3<Real> v)
        where T : struct, IScalar<T> => new(v.X.Value, v.Y.Value, v.Z.Value);

    private static T Component<T>(Vector3<T> v, int axis)
        where T : struct, IScalar<T> => axis switch { 0 => v.X, 1 => v.Y, _ => v.Z };
}
