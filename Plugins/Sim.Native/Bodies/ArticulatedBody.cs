using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The equations of motion of a tree of rigid links in generalized coordinates, in world-frame spatial notation: the
/// recursive Newton-Euler algorithm for the bias forces, the composite-rigid-body algorithm for the mass matrix M, a
/// sparse factorization M = L' D L for the accelerations, and semi-implicit Euler for the substep. Featherstone, Rigid
/// Body Dynamics Algorithms, chapters 5, 6 and 8.
/// </summary>
/// <remarks>
/// <see cref="Factor"/> factors the mass matrix once for several substeps. Everything else is computed from the current
/// state in each substep.
/// </remarks>
internal sealed class ArticulatedBody
{
    private readonly RobotDescription robot;
    private readonly LinkDescription[] links;
    private readonly ExternalForces external;

    // per link: the first position and velocity component of its joint
    private readonly int[] position;
    private readonly int[] velocity;

    // per velocity component: the next one toward the root, -1 at the root
    private readonly int[] above;

    // slots[i][j]: index of L[i, j], or of 1 / D[i] if i = j, in the carried factor
    private readonly int[][] slots;

    public ArticulatedBody(RobotDescription robot)
    {
        this.robot = robot;
        links = robot.Links;
        external = new ExternalForces(robot);
        position = new int[links.Length];
        velocity = new int[links.Length];
        var chain = new List<int>();
        var lastOf = new int[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            position[i] = Positions;
            velocity[i] = chain.Count;
            Positions += links[i].Joint.Positions();
            lastOf[i] = links[i].Parent < 0 ? -1 : lastOf[links[i].Parent];
            for (int k = 0; k < links[i].Joint.Velocities(); k++)
            {
                chain.Add(lastOf[i]);
                lastOf[i] = chain.Count - 1;
            }
        }
        above = [.. chain];

        // L[i, j] can be nonzero only if component j is an ancestor of component i
        slots = new int[above.Length][];
        for (int i = 0; i < above.Length; i++)
        {
            slots[i] = new int[above.Length];
            for (int j = i; j >= 0; j = above[j]) slots[i][j] = FactorSize++;
        }
    }

    /// <summary>The robot.</summary>
    public RobotDescription Robot => robot;

    /// <summary>Number of components of the position q.</summary>
    public int Positions { get; }

    /// <summary>Number of components of the velocity qd.</summary>
    public int Velocities => above.Length;

    /// <summary>Number of values of a factored mass matrix.</summary>
    public int FactorSize { get; }

    /// <summary>Index of the first velocity component of a link's joint.</summary>
    public int VelocityOf(int link) => velocity[link];

    /// <summary>Index of the first position component of a link's joint.</summary>
    public int PositionOf(int link) => position[link];

    /// <summary>Factors the mass matrix.</summary>
    /// <param name="q">Position, <see cref="Positions"/> values.</param>
    /// <param name="factor">Receives 1 / D and L, <see cref="FactorSize"/> values.</param>
    public void Factor<T>(ReadOnlySpan<T> q, Span<T> factor)
        where T : struct, IScalar<T>
    {
        var m = MassMatrix(q);
        for (int k = Velocities - 1; k >= 0; k--)
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

    /// <summary>
    /// Computes the lower triangle of the mass matrix, armature included, by the composite-rigid-body algorithm.
    /// </summary>
    /// <param name="q">Position, <see cref="Positions"/> values.</param>
    public T[,] MassMatrix<T>(ReadOnlySpan<T> q)
        where T : struct, IScalar<T>
    {
        var poses = Kinematics(q);
        var composite = new SpatialInertia<T>[links.Length];
        for (int i = 0; i < links.Length; i++)
            composite[i] = SpatialInertia<T>.Of(links[i].Mass, links[i].Inertia, poses[i].Rotation, poses[i].Center);
        for (int i = links.Length - 1; i > 0; i--)
        {
            if (links[i].Parent >= 0) composite[links[i].Parent] += composite[i];
        }

        var m = new T[Velocities, Velocities];
        for (int i = 0; i < links.Length; i++)
        {
            for (int k = 0; k < poses[i].Subspace.Length; k++)
            {
                int row = velocity[i] + k;
                var force = composite[i] * poses[i].Subspace[k];
                for (int j = 0; j <= k; j++)
                    m[row, velocity[i] + j] = SpatialVector<T>.Dot(poses[i].Subspace[j], force);
                m[row, row] += links[i].Armature;
                for (int ancestor = links[i].Parent; ancestor >= 0; ancestor = links[ancestor].Parent)
                {
                    var subspace = poses[ancestor].Subspace;
                    for (int j = 0; j < subspace.Length; j++)
                        m[row, velocity[ancestor] + j] = SpatialVector<T>.Dot(subspace[j], force);
                }
            }
        }
        return m;
    }

    /// <summary>
    /// Computes one substep of semi-implicit Euler: first the velocities, then the positions with the new velocities.
    /// </summary>
    /// <param name="q">Position, <see cref="Positions"/> values.</param>
    /// <param name="qd">Velocity, <see cref="Velocities"/> values.</param>
    /// <param name="applied">Actuator forces [N] and torques [N m], one per velocity component.</param>
    /// <param name="activation">Activation of each muscle, 0 to 1.</param>
    /// <param name="factor">The factored mass matrix, from <see cref="Factor"/>.</param>
    /// <param name="h">Length of the substep [s].</param>
    /// <param name="qNext">Receives the position after the substep.</param>
    /// <param name="qdNext">Receives the velocity after the substep.</param>
    /// <param name="lifts">
    /// For each link the height in the world of the origin that q measures it from [m]; empty if all are 0.
    /// </param>
    public void Step<T>(
        ReadOnlySpan<T> q,
        ReadOnlySpan<T> qd,
        ReadOnlySpan<T> applied,
        ReadOnlySpan<T> activation,
        ReadOnlySpan<T> factor,
        double h,
        Span<T> qNext,
        Span<T> qdNext,
        ReadOnlySpan<T> lifts = default)
        where T : struct, IScalar<T>
    {
        var acceleration = JointForces(q, qd, applied, activation, lifts);
        Solve(factor, acceleration);
        for (int i = 0; i < Velocities; i++) qdNext[i] = qd[i] + ((T)h * acceleration[i]);
        for (int i = 0; i < links.Length; i++)
        {
            var kind = links[i].Joint;
            JointMotion.Advance(
                kind,
                q.Slice(position[i], kind.Positions()),
                qdNext.Slice(velocity[i], kind.Velocities()),
                h,
                qNext.Slice(position[i], kind.Positions()));
        }
    }

    /// <summary>
    /// Computes the generalized force on each velocity component: actuators, springs, dampers, limits, contacts,
    /// muscles, gravity, and the velocity-dependent bias forces. The acceleration is this force divided by the mass
    /// matrix.
    /// </summary>
    /// <param name="q">Position, <see cref="Positions"/> values.</param>
    /// <param name="qd">Velocity, <see cref="Velocities"/> values.</param>
    /// <param name="applied">Actuator forces [N] and torques [N m], one per velocity component.</param>
    /// <param name="activation">Activation of each muscle, 0 to 1.</param>
    /// <param name="lifts">
    /// For each link the height in the world of the origin that q measures it from [m]; empty if all are 0.
    /// </param>
    public T[] JointForces<T>(
        ReadOnlySpan<T> q,
        ReadOnlySpan<T> qd,
        ReadOnlySpan<T> applied,
        ReadOnlySpan<T> activation,
        ReadOnlySpan<T> lifts = default)
        where T : struct, IScalar<T>
    {
        var poses = Kinematics(q);
        var motion = new SpatialVector<T>[links.Length];
        var acceleration = new SpatialVector<T>[links.Length];
        var force = new SpatialVector<T>[links.Length];
        var gravity = Vector3<T>.From(robot.Gravity);
        for (int i = 0; i < links.Length; i++)
        {
            int parent = links[i].Parent;
            motion[i] = parent < 0 ? SpatialVector<T>.Zero : motion[parent];
            acceleration[i] = parent < 0 ? SpatialVector<T>.Zero : acceleration[parent];
            if (poses[i].Subspace.Length > 0)
            {
                var moved = SpatialVector<T>.Zero;
                for (int k = 0; k < poses[i].Subspace.Length; k++)
                    moved += qd[velocity[i] + k] * poses[i].Subspace[k];
                motion[i] += moved;
                acceleration[i] += SpatialVector<T>.CrossMotion(motion[i], moved);
            }
            force[i] = InertialForce.Wrench(links[i], gravity, poses[i], motion[i], acceleration[i]);
        }
        var outside = external.On(poses, motion, activation, lifts);
        for (int i = 0; i < links.Length; i++) force[i] -= outside[i];

        var tau = new T[Velocities];
        for (int i = links.Length - 1; i >= 0; i--)
        {
            for (int k = 0; k < poses[i].Subspace.Length; k++)
            {
                int v = velocity[i] + k, p = position[i] + Math.Min(k, links[i].Joint.Positions() - 1);
                tau[v] = applied[v] + JointMotion.PassiveForce(links[i], q[p], qd[v])
                    - SpatialVector<T>.Dot(poses[i].Subspace[k], force[i]);
            }
            if (links[i].Parent >= 0) force[links[i].Parent] += force[i];
        }
        return tau;
    }

    /// <summary>Solves L' D L x = b in place.</summary>
    private void Solve<T>(ReadOnlySpan<T> factor, Span<T> x)
        where T : struct, IScalar<T>
    {
        for (int i = Velocities - 1; i >= 0; i--)
        {
            for (int j = above[i]; j >= 0; j = above[j]) x[j] -= factor[slots[i][j]] * x[i];
        }
        for (int i = 0; i < Velocities; i++)
        {
            x[i] *= factor[slots[i][i]];
            for (int j = above[i]; j >= 0; j = above[j]) x[i] -= factor[slots[i][j]] * x[j];
        }
    }

    /// <summary>Computes the poses of all links and the motion subspaces of their joints.</summary>
    /// <param name="q">Position, <see cref="Positions"/> values.</param>
    public LinkPose<T>[] Kinematics<T>(ReadOnlySpan<T> q)
        where T : struct, IScalar<T>
    {
        var poses = new LinkPose<T>[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            var link = links[i];
            var rotation = Matrix3<T>.FromQuaternion(link.Rotation);
            var origin = Vector3<T>.From(link.Position);
            if (link.Parent >= 0)
            {
                var parent = poses[link.Parent];
                origin = parent.Position + (parent.Rotation * origin);
                rotation = parent.Rotation * rotation;
            }

            // the motion subspace is expressed in the joint frame before the joint moves
            var subspace = JointMotion.Subspace(link, rotation, origin);
            var (turn, shift) = JointMotion.Move(link, q.Slice(position[i], link.Joint.Positions()));
            origin += rotation * shift;
            rotation *= turn;
            poses[i] = new(rotation, origin, origin + (rotation * Vector3<T>.From(link.CenterOfMass)), subspace);
        }
        return poses;
    }
}
