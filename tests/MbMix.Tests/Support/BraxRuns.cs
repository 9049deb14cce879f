using MbMix.Differentiation;
using MbMix.Sim.Native;

namespace MbMix.Tests.Support;

/// <summary>Tasks after Brax v1 in plain double arithmetic.</summary>
internal static class BraxRuns
{
    /// <summary>A start state.</summary>
    public static Real[] Start(BraxTask task, int lane = 0)
    {
        var state = new double[task.Spec.State.Size];
        task.Reset(new LaneKey(1, lane, 0), state);
        return Physics.Reals(state);
    }

    /// <summary>One control step.</summary>
    public static (Real[] Next, double Reward) Step(BraxTask task, Real[] state, Real[] action)
    {
        var next = new Real[state.Length];
        task.Substep<Real>(state, action, [], next);
        return (next, task.Reward<Real>(state, action, next).Reward);
    }

    /// <summary>The observation of a state.</summary>
    public static double[] Observe(BraxTask task, Real[] state)
    {
        var observation = new Real[task.Spec.Observation.Size];
        task.Observe<Real>(state, new Real[task.Spec.Action.Size], observation);
        return [.. observation.Select(o => o.Value)];
    }

    /// <summary>Random actions in [-1, 1].</summary>
    public static Real[] RandomAction(BraxTask task, Random random) =>
        [.. Enumerable.Range(0, task.Spec.Action.Size).Select(_ => (Real)((2 * random.NextDouble()) - 1))];

    /// <summary>Distances of the anchors of all joints [m].</summary>
    public static double[] Gaps(PositionBasedWorld world, BodyState<Real>[] bodies) =>
        [.. world.Joints.Select(joint => Length(
            InWorld(bodies[joint.Parent], joint.ParentAnchor) - InWorld(bodies[joint.Child], joint.ChildAnchor)))];

    /// <summary>Angles of all hinges [degrees].</summary>
    public static double[] Angles(PositionBasedWorld world, BodyState<Real>[] bodies) =>
        [.. world.Joints.Select(joint =>
        {
            var rotations = bodies.Select(b => b.Orientation.ToMatrix()).ToArray();
            var x = JointTerms.Axis(rotations, joint.Parent, joint, 0);
            var z = JointTerms.Axis(rotations, joint.Parent, joint, 2);
            return HingeCorrection.Angle(
                z, Vector3<Real>.Cross(x, z), JointTerms.Axis(rotations, joint.Child, joint, 2)).Value * 180 / Math.PI;
        })];

    /// <summary>Angles between the axes of the two bodies of each hinge [degrees].</summary>
    public static double[] Tilts(PositionBasedWorld world, BodyState<Real>[] bodies) =>
        [.. world.Joints.Select(joint =>
        {
            var rotations = bodies.Select(b => b.Orientation.ToMatrix()).ToArray();
            var cross = Vector3<Real>.Cross(
                JointTerms.Axis(rotations, joint.Parent, joint, 0), JointTerms.Axis(rotations, joint.Child, joint, 0));
            return Math.Asin(Math.Min(1, Length(cross))) * 180 / Math.PI;
        })];

    public static double Length(Vector3<Real> v) => Math.Sqrt(Vector3<Real>.Dot(v, v));

    private static Vector3<Real> InWorld(BodyState<Real> body, double[] local) =>
        body.Position + (body.Orientation.ToMatrix() * Vector3<Real>.From(local));
}
