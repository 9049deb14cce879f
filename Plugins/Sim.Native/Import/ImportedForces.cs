using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The forces of an imported robot that the engine does not know: actuators, and springs and limits of rotations.
/// </summary>
internal sealed class ImportedForces(ImportedRobot robot, ArticulatedBody body)
{
    /// <summary>Computes the force on each velocity component.</summary>
    /// <param name="state">State.</param>
    /// <param name="controls">Controls, one per actuator.</param>
    /// <param name="poses">Poses of the links in the state.</param>
    public T[] Compute<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> controls, LinkPose<T>[] poses)
        where T : struct, IScalar<T>
    {
        var forces = new T[body.Velocities];
        Array.Fill(forces, (T)0);
        for (int i = 0; i < robot.Actuators.Count; i++) Actuate(robot.Actuators[i], state, controls[i], poses, forces);
        foreach (var joint in robot.Joints)
        {
            if (joint.ForceRange is { } range)
            {
                for (int i = 0; i < joint.Kind.Velocities(); i++)
                    forces[joint.Velocity + i] = Clip(forces[joint.Velocity + i], range);
            }
            if (joint.Quaternion >= 0) Turn(joint, state, forces);
        }
        return forces;
    }

    private void Actuate<T>(
        ImportedActuator actuator, ReadOnlySpan<T> state, T control, LinkPose<T>[] poses, Span<T> forces)
        where T : struct, IScalar<T>
    {
        if (robot.ClipsControls && actuator.ControlRange is { } range) control = Clip(control, range);
        var joint = actuator.Joint < 0 ? null : robot.Joints[actuator.Joint];
        T length = 0, speed = 0;
        Span<T> gear = new T[6];
        for (int i = 0; i < 6; i++) gear[i] = actuator.Gear[i];
        if (joint is { Kind: JointKind.Ball })
        {
            // the gear is a torque in the axes of the link, or of its parent
            Vector3<T> axis = new(gear[0], gear[1], gear[2]);
            var turn = Quaternion<T>.From(state[joint.Quaternion..]);
            length = Vector3<T>.Dot(axis, ArticulatedCoordinates.Log(turn));
            if (!actuator.InParent) axis = turn.ToMatrix() * axis;
            (gear[0], gear[1], gear[2]) = (axis.X, axis.Y, axis.Z);
            for (int i = 0; i < 3; i++) speed += gear[i] * state[robot.Positions + joint.Velocity + i];
        }
        else if (joint is not null)
        {
            length = gear[0] * state[joint.Position];
            speed = gear[0] * state[robot.Positions + joint.Velocity];
        }
        T Affine(double[] c) => (T)c[0] + ((T)c[1] * length) + ((T)c[2] * speed);
        T force = (Affine(actuator.Gain) * control) + Affine(actuator.Bias);
        if (actuator.ForceRange is { } limits) force = Clip(force, limits);
        if (joint is not null)
        {
            for (int i = 0; i < joint.Kind.Velocities(); i++) forces[joint.Velocity + i] += gear[i] * force;
        }
        else
        {
            Push(robot.Sites[actuator.Site], force, gear, poses, forces);
        }
    }

    /// <summary>Adds what a force and a torque at a site do to the joints below it.</summary>
    private void Push<T>(ImportedSite site, T force, ReadOnlySpan<T> gear, LinkPose<T>[] poses, Span<T> forces)
        where T : struct, IScalar<T>
    {
        if (site.Link < 0) return;
        var link = poses[site.Link];
        var axes = link.Rotation * Matrix3<T>.FromQuaternion(site.Place.QuaternionComponents);
        var at = link.Position + (link.Rotation * Vector3<T>.From(Placement.Components(site.Place.Position)));
        var push = force * (axes * new Vector3<T>(gear[0], gear[1], gear[2]));
        var torque = force * (axes * new Vector3<T>(gear[3], gear[4], gear[5]));
        SpatialVector<T> wrench = new(torque + Vector3<T>.Cross(at, push), push);
        for (int i = site.Link; i >= 0; i = body.Robot.Links[i].Parent)
        {
            for (int k = 0; k < poses[i].Subspace.Length; k++)
                forces[body.VelocityOf(i) + k] += SpatialVector<T>.Dot(poses[i].Subspace[k], wrench);
        }
    }

    /// <summary>Adds the torques that turn a rotation back to its start, and into its limit.</summary>
    private void Turn<T>(ImportedJoint joint, ReadOnlySpan<T> state, Span<T> forces)
        where T : struct, IScalar<T>
    {
        var turn = Quaternion<T>.From(state[joint.Quaternion..]);
        void Add(Span<T> to, Vector3<T> torque)
        {
            (to[0], to[1], to[2]) = (to[0] + torque.X, to[1] + torque.Y, to[2] + torque.Z);
        }
        var at = forces[joint.Spin..];
        if (joint.TurnStiffness > 0)
        {
            // the rotation since the start is the same vector in the axes before and after it
            var start = Quaternion<T>.From([.. joint.TurnRest.Select(x => (T)x)]);
            Add(at, (T)(-joint.TurnStiffness) * ArticulatedCoordinates.Log(turn * start.Conjugate));
        }
        if (double.IsPositiveInfinity(joint.LargestTurn)) return;
        var vector = ArticulatedCoordinates.Log(turn);
        T square = Vector3<T>.Dot(vector, vector);
        var beyond = square > (T)(joint.LargestTurn * joint.LargestTurn);
        T angle = T.Sqrt(T.Select(beyond, square, 1));
        T elastic = T.Select(beyond, (T)joint.LimitStiffness * (angle - joint.LargestTurn), 0);
        var spin = state[(robot.Positions + joint.Spin)..];
        T outward = Vector3<T>.Dot(vector, new(spin[0], spin[1], spin[2])) / angle;
        T pull = PlaneContact.Damped(elastic, (T)joint.LimitDamping * outward) / angle;
        Add(at, -(pull * vector));
    }

    // at the edge the derivative is that of the value itself
    private static T Clip<T>(T value, double[] range)
        where T : struct, IScalar<T> => T.Min(T.Max(value, range[0]), range[1]);
}
