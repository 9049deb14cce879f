namespace MbMix.Sim.Native;

/// <summary>The dog of Brax v1's Fetch: eleven boxes of 1 kg and ten hinges.</summary>
internal static class FetchDog
{
    private const double Degree = Math.PI / 180;

    private static readonly double[] X = [1, 0, 0], Y = [0, 1, 0], Z = [0, 0, 1], MinusX = [-1, 0, 0];

    private static readonly string[] LegNames = ["front right", "front left", "back right", "back left"];

    /// <summary>Half the extent of each box [m].</summary>
    public static double[][] Sizes { get; } =
    [
        [.75, .25, .125], [.25, .75, .125], [.25, .75, .125],
        .. Enumerable.Repeat<double[]>([.25, .125, .5], 8),
    ];

    /// <summary>Where each box is at the start [m].</summary>
    public static double[][] Starts { get; } =
    [
        [0, 0, 1.375], [1, 0, 1.375], [-1, 0, 1.375],
        [1, -.875, 1], [1, -.625, .5], [1, .875, 1], [1, .625, .5],
        [-1, -.875, 1], [-1, -.625, .5], [-1, .875, 1], [-1, .625, .5],
    ];

    /// <summary>Names of the boxes.</summary>
    public static string[] Names { get; } =
        ["torso", "shoulders", "hips", .. LegNames.SelectMany(leg => (string[])[leg + " upper", leg + " lower"])];

    /// <summary>Makes the dog on the ground.</summary>
    /// <param name="substep">The substep [s].</param>
    public static PositionBasedWorld World(double substep)
    {
        List<LimitedJoint> joints =
        [
            Hinge("front waist", 0, 1, [1, 0, 0], [0, 0, 0], [X, Y, Z]),
            Hinge("back waist", 0, 2, [-1, 0, 0], [0, 0, 0], [X, Y, Z]),
        ];
        for (int leg = 0; leg < 4; leg++)
        {
            double side = leg % 2 == 0 ? -1 : 1;
            int upper = 3 + (2 * leg);
            double[][] axes = [Y, MinusX, Z];
            joints.Add(Hinge(
                LegNames[leg] + " hip", 1 + (leg / 2), upper, [0, .875 * side, 0], [0, 0, .375], axes));
            joints.Add(Hinge(
                LegNames[leg] + " knee", upper, upper + 1, [0, -.25 * side, -.25], [0, 0, .25], axes));
        }
        return new PositionBasedWorld(
            [.. Names.Select(name => new RigidBody(name))],
            [.. joints],
            [.. Enumerable.Range(0, 4).SelectMany(leg => GroundPoint.Corners(4 + (2 * leg), Sizes[4 + (2 * leg)]))],
            [],
            0.7746 * 0.7746,
            substep);
    }

    private static LimitedJoint Hinge(
        string name, int parent, int child, double[] parentAnchor, double[] childAnchor, double[][] axes) =>
        new(name, parent, child)
        {
            ParentAnchor = parentAnchor,
            ChildAnchor = childAnchor,
            Axes = axes,
            Limits = [(-60 * Degree, 60 * Degree)],
            Damping = 35,
            Strength = 300,
        };
}
