using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The claw of Brax v1's Grasp, four fingers of three capsules on a palm that is put where it is wanted, and the ball
/// that it moves.
/// </summary>
internal static class GraspHand
{
    /// <summary>Indices of bodies; the palm comes after the moving ones.</summary>
    public const int Object = 0, ThumbProximal = 1, Palm = 13;

    /// <summary>Angles of joints; the wanted position of the palm follows in an action.</summary>
    public const int Angles = 36;

    /// <summary>
    /// Index of each body in the published list, whose first is the ground and whose last is the target; the thumb's
    /// links are in another order there.
    /// </summary>
    public static int[] Published { get; } = [1, 2, 4, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 5];

    /// <summary>The link at the end of each finger.</summary>
    public static int[] Distal { get; } = [3, 6, 9, 12];

    private const double Degree = Math.PI / 180, HalfLink = 0.5, LinkRadius = 0.5, ToJoint = 0.75;

    private static readonly string[] Fingers = ["thumb", "finger two", "finger three", "finger four"];
    private static readonly string[] Links = ["proximal", "middle", "distal"];

    // where fingers point
    private static readonly double[][] Directions = [[0, 1, 0], [0, -1, 0], [-1, 0, 0], [1, 0, 0]];

    // axes of their joints; the joint of the palm and finger four has its own
    private static readonly double[][][] Frames =
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
        [[0, 1, 0], [-1, 0, 0], [0, 0, 1]],
    ];

    private static readonly double[][] LastPalmFrame = [[0, 1, 0], [1, 0, 0], [0, 0, -1]];

    /// <summary>Capsule of each body, the palm last.</summary>
    public static Capsule[] Capsules { get; } =
    [
        new(Object, [0, 0.01, 0], 1),
        .. Enumerable.Range(0, 12).Select(link =>
            new Capsule(1 + link, Along(link / 3, HalfLink), LinkRadius)),
        new(Palm, [0, -0.05 * Math.Sqrt(0.75), -0.025], 1.5),
    ];

    /// <summary>Names of the bodies.</summary>
    public static string[] Names { get; } =
        ["object", .. Fingers.SelectMany(finger => Links.Select(link => finger + " " + link)), "palm"];

    /// <summary>Where the palm is at the start [m].</summary>
    public static double[] PalmStart { get; } = [0, 0, 3.311];

    /// <summary>Makes hand and ball on the ground.</summary>
    /// <param name="substep">The substep [s].</param>
    public static PositionBasedWorld World(double substep)
    {
        var palm = new RigidBody(Names[Palm]) { Frozen = true, Inertia = [5000, 10001, 10001] };
        var ball = Capsules[Object];
        return new PositionBasedWorld(
            [.. Names[..Palm].Select(name => new RigidBody(name)), palm],
            [.. Enumerable.Range(0, 4).SelectMany(Joints)],
            [.. ball.Ends()],
            [.. Distal.Select(link => new CapsulePair(ball, Capsules[link])), new(ball, Capsules[Palm], OneWay: true)],
            1,
            substep);
    }

    /// <summary>The links of all fingers at the start: each angle is in the middle of its limits.</summary>
    public static BodyState<Real>[] Start()
    {
        var states = new BodyState<Real>[Palm + 1];
        states[Object] = BodyState<Real>.Resting(new(0, 0, 1));
        states[Palm] = BodyState<Real>.Resting(Vector3<Real>.From(PalmStart));

        // from the palm outward; limits are those of the joints' own axes
        foreach (var joint in Enumerable.Range(0, 4).SelectMany(finger => Joints(finger).Reverse()))
        {
            var parent = states[joint.Parent];
            var turned = parent.Orientation;
            for (int axis = 0; axis < 3; axis++)
            {
                Real angle = 0.5 * (joint.Limits[axis].Low + joint.Limits[axis].High);
                turned *= Quaternion<Real>.Rotation(joint.Axes[axis], angle);
            }
            var anchor = parent.Position + (parent.Orientation.ToMatrix() * Vector3<Real>.From(joint.ParentAnchor));
            var center = anchor - (turned.ToMatrix() * Vector3<Real>.From(joint.ChildAnchor));
            states[joint.Child] = new(center, turned, Vector3<Real>.Zero, Vector3<Real>.Zero);
        }
        return states;
    }

    // the joints of a finger in the order of its actions: from the tip to the palm
    private static IEnumerable<LimitedJoint> Joints(int finger)
    {
        int first = 1 + (3 * finger);
        (double, double) curl = finger == 0 ? (-90 * Degree, 0) : (0, 90 * Degree);
        (double, double) wide = (-45 * Degree, 45 * Degree), narrow = (-0.1 * Degree, 0.1 * Degree);
        for (int link = 2; link >= 0; link--)
        {
            double[] anchor = link > 0 ? Along(finger, ToJoint) : Along(finger, 1.5);
            if (link == 0) anchor[2] = -0.5;
            yield return new(Names[first + link], link > 0 ? first + link - 1 : Palm, first + link)
            {
                ParentAnchor = anchor,
                ChildAnchor = Along(finger, -ToJoint),
                Axes = link == 0 && finger == 3 ? LastPalmFrame : Frames[finger],
                Limits = link > 0 ? [curl, narrow, narrow] : [wide, wide, narrow],
                Damping = 50,
                Strength = 300,
            };
        }
    }

    private static double[] Along(int finger, double length) => [.. Directions[finger].Select(d => d * length)];
}
