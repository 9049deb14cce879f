using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The equations of motion of a tree of rigid links in generalized coordinates, in world-frame spatial notation: recursive Newton-Euler
/// for the bias, composite bodies for the mass matrix M, a sparse factorization M = L' D L for the accelerations, semi-implicit Euler for
/// the step. Featherstone, Rigid Body Dynamics Algorithms, chapters 5, 6 and 8.
/// </summary>
/// <remarks>
/// The mass matrix is factored in <see cref="Factor"/> and the factor used by several substeps, as the DiffRL suite does; everything else is
/// of the current state in each substep.
/// </remarks>
internal sealed class ArticulatedBody
{
    private readonly LinkDescription[] links;
    private readonly double[] gravity;
    private readonly int[] coordinate; // first coordinate of each link's joint, -1 for a fixed joint
    private readonly int[] above; // the next coordinate towards the root
    private readonly int[][] slots; // slots[i][j]: place of L[i, j], or of 1 / D[i] for i = j, in the carried factor

    public ArticulatedBody(RobotDescription robot)
    {
        links = robot.Links;
        gravity = robot.Gravity;
        coordinate = new int[links.Length];
        var parents = new List<int>();
        var lastOf = new int[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            int inherited = links[i].Parent < 0 ? -1 : lastOf[links[i].Parent];
            coordinate[i] = links[i].Joint == JointKind.Fixed ? -1 : parents.Count;
            if (coordinate[i] >= 0) parents.Add(inherited);
            lastOf[i] = coordinate[i] >= 0 ? coordinate[i] : inherited;
        }
        above = [.. parents];

        // only entries between a coordinate and its ancestors differ from zero
        slots = new int[above.Length][];
        for (int i = 0; i < above.Length; i++)
        {
            slots[i] = new int[above.Length];
            for (int j = i; j >= 0; j = above[j]) slots[i][j] = FactorSize++;
        }
    }

    /// <summary>Coordinates n.</summary>
    public int Coordinates => above.Length;

    /// <summary>Values of a factor.</summary>
    public int FactorSize { get; }

    /// <summary>Factors the mass matrix at a configuration.</summary>
    /// <param name="q">Coordinates, n values.</param>
    /// <param name="factor">Receives 1 / D and L, <see cref="FactorSize"/> values.</param>
    public void Factor<T>(ReadOnlySpan<T> q, Span<T> factor)
        where T : struct, IScalar<T>
    {
        var m = MassMatrix(q);
        for (int k = Coordinates - 1; k >= 0; k--)
        {
            T reciprocal = (T)1 / m[k, k];
            factor[slots[k][k]] = reciprocal;
            for (int i = above[k]; i >= 0; i = above[i])
            {
                T scale = m[k, i] * reciprocal;
                for (int j = i; j >= 0; j = above[j]) m[i, j] -= scale * m[k, j];
                factor[slots[k][i]] = scale;
            }
        }
    }

    /// <summary>The mass matrix with armature, lower triangle, by composite bodies.</summary>
    public T[,] MassMatrix<T>(ReadOnlySpan<T> q)
        where T : struct, IScalar<T>
    {
        var poses = Kinematics(q);
        var composite = new SpatialInertia<T>[links.Length];
        for (int i = 0; i < links.Length; i++) composite[i] = SpatialInertia<T>.Of(links[i], poses[i].Rotation, poses[i].Center);
        for (int i = links.Length - 1; i > 0; i--)
        {
            if (links[i].Parent >= 0) composite[links[i].Parent] += composite[i];
        }

        var m = new T[Coordinates, Coordinates];
        for (int i = 0; i < links.Length; i++)
        {
            int row = coordinate[i];
            if (row < 0) continue;
            var force = composite[i] * poses[i].Subspace;
            m[row, row] = SpatialVector<T>.Dot(poses[i].Subspace, force) + links[i].Armature;
            for (int ancestor = links[i].Parent; ancestor >= 0; ancestor = links[ancestor].Parent)
            {
                if (coordinate[ancestor] >= 0) m[row, coordinate[ancestor]] = SpatialVector<T>.Dot(poses[ancestor].Subspace, force);
            }
        }
        return m;
    }

    /// <summary>One substep of semi-implicit Euler: velocities first, then positions with the new velocities.</summary>
    /// <param name="q">Coordinates, n values.</param>
    /// <param name="qd">Velocities, n values.</param>
    /// <param name="applied">Forces and torques of the actuators, n values.</param>
    /// <param name="factor">The factored mass matrix.</param>
    /// <param name="h">Seconds.</param>
    /// <param name="qNext">Receives coordinates.</param>
    /// <param name="qdNext">Receives velocities.</param>
    public void Step<T>(ReadOnlySpan<T> q, ReadOnlySpan<T> qd, ReadOnlySpan<T> applied, ReadOnlySpan<T> factor, double h, Span<T> qNext, Span<T> qdNext)
        where T : struct, IScalar<T>
    {
        var acceleration = JointForces(q, qd, applied);
        Solve(factor, acceleration);
        for (int i = 0; i < Coordinates; i++)
        {
            qdNext[i] = qd[i] + ((T)h * acceleration[i]);
            qNext[i] = q[i] + ((T)h * qdNext[i]);
        }
    }

    /// <summary>What drives each coordinate: actuators, springs, dampers, limits, gravity and the forces of motion itself.</summary>
    public T[] JointForces<T>(ReadOnlySpan<T> q, ReadOnlySpan<T> qd, ReadOnlySpan<T> applied)
        where T : struct, IScalar<T>
    {
        var poses = Kinematics(q);
        var velocity = new SpatialVector<T>[links.Length];
        var acceleration = new SpatialVector<T>[links.Length];
        var force = new SpatialVector<T>[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            int parent = links[i].Parent;
            velocity[i] = parent < 0 ? SpatialVector<T>.Zero : velocity[parent];
            acceleration[i] = parent < 0 ? SpatialVector<T>.Zero : acceleration[parent];
            if (coordinate[i] >= 0)
            {
                var moved = qd[coordinate[i]] * poses[i].Subspace;
                velocity[i] += moved;
                acceleration[i] += SpatialVector<T>.CrossMotion(velocity[i], moved);
            }
            var inertia = SpatialInertia<T>.Of(links[i], poses[i].Rotation, poses[i].Center);
            var weight = (T)links[i].Mass * Vector3<T>.From(gravity);
            force[i] = (inertia * acceleration[i]) + SpatialVector<T>.CrossForce(velocity[i], inertia * velocity[i])
                - new SpatialVector<T>(Vector3<T>.Cross(poses[i].Center, weight), weight);
        }

        var tau = new T[Coordinates];
        for (int i = links.Length - 1; i >= 0; i--)
        {
            if (coordinate[i] >= 0)
            {
                int k = coordinate[i];
                tau[k] = applied[k] + JointForce(links[i], q[k], qd[k]) - SpatialVector<T>.Dot(poses[i].Subspace, force[i]);
            }
            if (links[i].Parent >= 0) force[links[i].Parent] += force[i];
        }
        return tau;
    }

    private static T JointForce<T>(LinkDescription link, T q, T qd)
        where T : struct, IScalar<T>
    {
        T force = -((T)link.Stiffness * q) - ((T)(link.Damping + link.LimitDamping) * qd);
        if (link.Limits is not [double lower, double upper]) return force;
        return force + ((T)link.LimitStiffness * (T.Max((T)lower - q, 0) + T.Min((T)upper - q, 0)));
    }

    /// <summary>Solves L' D L x = b in place.</summary>
    private void Solve<T>(ReadOnlySpan<T> factor, Span<T> x)
        where T : struct, IScalar<T>
    {
        for (int i = Coordinates - 1; i >= 0; i--)
        {
            for (int j = above[i]; j >= 0; j = above[j]) x[j] -= factor[slots[i][j]] * x[i];
        }
        for (int i = 0; i < Coordinates; i++)
        {
            x[i] *= factor[slots[i][i]];
            for (int j = above[i]; j >= 0; j = above[j]) x[i] -= factor[slots[i][j]] * x[j];
        }
    }

    private Pose<T>[] Kinematics<T>(ReadOnlySpan<T> q)
        where T : struct, IScalar<T>
    {
        var poses = new Pose<T>[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            var link = links[i];
            var rotation = Matrix3<T>.FromQuaternion(link.Rotation);
            var position = Vector3<T>.From(link.Position);
            if (link.Parent >= 0)
            {
                var parent = poses[link.Parent];
                position = parent.Position + (parent.Rotation * position);
                rotation = parent.Rotation * rotation;
            }

            // the axis is that of the joint frame before the joint moves
            var axis = rotation * Vector3<T>.From(link.Axis);
            var subspace = SpatialVector<T>.Zero;
            if (link.Joint == JointKind.Prismatic)
            {
                subspace = new(Vector3<T>.Zero, axis);
                position += q[coordinate[i]] * axis;
            }
            else if (link.Joint == JointKind.Revolute)
            {
                subspace = new(axis, Vector3<T>.Cross(position, axis));
                rotation *= Matrix3<T>.Rotation(link.Axis, q[coordinate[i]]);
            }
            poses[i] = new(rotation, position, position + (rotation * Vector3<T>.From(link.CenterOfMass)), subspace);
        }
        return poses;
    }

    /// <summary>Where a link is: orientation, origin, center of mass, and the motion that a unit velocity of its joint gives.</summary>
    private readonly record struct Pose<T>(Matrix3<T> Rotation, Vector3<T> Position, Vector3<T> Center, SpatialVector<T> Subspace)
        where T : struct, IScalar<T>;
}
