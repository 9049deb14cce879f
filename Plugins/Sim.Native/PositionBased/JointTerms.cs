using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The joints of a <see cref="PositionBasedWorld"/>: their torques and their corrections of positions.
/// </summary>
internal sealed class JointTerms
{
    private readonly RigidBody[] bodies;
    private readonly LimitedJoint[] hinges;
    private readonly LimitedJoint[] balls;

    // index of the first action of each joint of either kind
    private readonly int[] hingeActions;
    private readonly int[] ballActions;

    public JointTerms(RigidBody[] bodies, LimitedJoint[] joints)
    {
        this.bodies = bodies;
        int action = 0;
        var actions = new Dictionary<LimitedJoint, int>();
        foreach (var joint in joints)
        {
            actions[joint] = action;
            action += joint.Limits.Length;
        }
        (hinges, balls) = ([.. joints.Where(j => j.IsHinge)], [.. joints.Where(j => !j.IsHinge)]);
        (hingeActions, ballActions) = ([.. hinges.Select(j => actions[j])], [.. balls.Select(j => actions[j])]);
        Actions = action;
    }

    /// <summary>Number of actions: one per angle.</summary>
    public int Actions { get; }

    /// <summary>Computes the torques of motors and damping, three numbers per body.</summary>
    /// <param name="rotations">Rotations of the bodies.</param>
    /// <param name="states">States of the bodies.</param>
    /// <param name="action">Torques of hinges as shares of the largest, wanted angles of ball joints [rad].</param>
    public T[] Torques<T>(Matrix3<T>[] rotations, BodyState<T>[] states, ReadOnlySpan<T> action)
        where T : struct, IScalar<T>
    {
        var totals = Zeros<T>(3 * bodies.Length);
        var values = new List<T>();
        for (int i = 0; i < hinges.Length; i++)
        {
            var joint = hinges[i];
            values.AddAll(Axis(rotations, joint.Parent, joint, 0), Axis(rotations, joint.Parent, joint, 2));
            values.AddAll(Axis(rotations, joint.Child, joint, 2), Relative(states, joint));
            values.Add(action[hingeActions[i]]);
        }
        Add(new HingeTorque(), values, hinges, totals, 3, j =>
            [j.Limits[0].Low, j.Limits[0].High, j.Strength, j.Damping]);
        values.Clear();
        for (int i = 0; i < balls.Length; i++)
        {
            var joint = balls[i];
            AddBallAxes(values, rotations, joint);
            values.AddAll(Relative(states, joint));
            values.AddRange(action.Slice(ballActions[i], 3));
        }
        Add(new BallTorque(), values, balls, totals, 3, j => [j.Strength, j.Damping]);
        return totals;
    }

    /// <summary>Computes displacement and rotation vector of each body, six numbers per body.</summary>
    /// <param name="positions">Positions of the bodies.</param>
    /// <param name="rotations">Rotations of the bodies.</param>
    public T[] Corrections<T>(Vector3<T>[] positions, Matrix3<T>[] rotations)
        where T : struct, IScalar<T>
    {
        var totals = Zeros<T>(6 * bodies.Length);
        LimitedJoint[] all = [.. hinges, .. balls];
        var values = new List<T>();
        foreach (var joint in all)
        {
            var arm = rotations[joint.Parent] * Vector3<T>.From(joint.ParentAnchor);
            var otherArm = rotations[joint.Child] * Vector3<T>.From(joint.ChildAnchor);
            values.AddAll(arm, otherArm, positions[joint.Parent] + arm - (positions[joint.Child] + otherArm));
        }
        Add(new PointCorrection(), values, all, totals, 6, Inverses);
        values.Clear();
        foreach (var joint in hinges)
        {
            foreach (int body in (int[])[joint.Parent, joint.Child])
                values.AddAll(Axis(rotations, body, joint, 0), Axis(rotations, body, joint, 2));
        }
        Add(new HingeCorrection(), values, hinges, totals, 3, LimitsAndInverses, 6, 3);
        values.Clear();
        foreach (var joint in balls) AddBallAxes(values, rotations, joint);
        Add(new BallCorrection(), values, balls, totals, 3, LimitsAndInverses, 6, 3);
        return totals;
    }

    /// <summary>An axis of a joint in the world.</summary>
    public static Vector3<T> Axis<T>(Matrix3<T>[] rotations, int body, LimitedJoint joint, int axis)
        where T : struct, IScalar<T> => rotations[body] * Vector3<T>.From(joint.Axes[axis]);

    private static void AddBallAxes<T>(List<T> values, Matrix3<T>[] rotations, LimitedJoint joint)
        where T : struct, IScalar<T>
    {
        values.AddAll(Axis(rotations, joint.Parent, joint, 0), Axis(rotations, joint.Parent, joint, 1));
        values.AddAll(Axis(rotations, joint.Child, joint, 1), Axis(rotations, joint.Child, joint, 2));
    }

    private static Vector3<T> Relative<T>(BodyState<T>[] states, LimitedJoint joint)
        where T : struct, IScalar<T> => states[joint.Parent].Turning - states[joint.Child].Turning;

    private double[] Inverses(LimitedJoint joint) =>
        [.. bodies[joint.Parent].Inverses, .. bodies[joint.Child].Inverses];

    private double[] LimitsAndInverses(LimitedJoint joint) =>
        [.. joint.Limits.SelectMany(l => (double[])[l.Low, l.High]), .. Inverses(joint)];

    // Adds one instance per joint. Its inputs follow each other in values; its outputs are a part of the totals of both
    // bodies, count numbers from first on.
    private static void Add<T, TTerm>(
        TTerm term,
        List<T> values,
        LimitedJoint[] joints,
        T[] totals,
        int count,
        Func<LimitedJoint, double[]> parameters,
        int? perBody = null,
        int first = 0)
        where T : struct, IScalar<T>
        where TTerm : IRepeatedTerm
    {
        int size = perBody ?? count;
        var instances = joints.Select((joint, i) => new TermInstance(
            [.. Enumerable.Range(i * term.Inputs, term.Inputs)],
            parameters(joint),
            [
                .. Enumerable.Range((joint.Parent * size) + first, count),
                .. Enumerable.Range((joint.Child * size) + first, count),
            ]));
        T.AddTerms(term, [.. instances], [.. values], totals);
    }

    private static T[] Zeros<T>(int count)
        where T : struct, IScalar<T>
    {
        var zeros = new T[count];
        Array.Fill(zeros, (T)0);
        return zeros;
    }
}
