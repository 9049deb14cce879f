using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Muscles pull links together and do nothing else.</summary>
public sealed class Muscles
{
    private static readonly MuscleDescription Straight = new("m", 300, [0, 1], [[0.1, 0, 0], [0, 0.2, 0.1]]);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.4)]
    [InlineData(1.0)]
    public void Both_ends_are_pulled_along_the_line_with_the_tension(double activation)
    {
        LinkPose<Real>[] poses = [Pose(0, 1, 0), Pose(2, 0, 1)];
        var force = Pull(Straight, activation, poses);
        Vector3<Real> from = Physics.Vector(0.1, 1, 0), to = Physics.Vector(2, 0.2, 1.1), along = to - from;
        Real length = Real.Sqrt(Vector3<Real>.Dot(along, along));
        var pull = (Real)(300 * activation / length) * along;

        Near(pull, force[0].Linear);
        Near(-pull, force[1].Linear);
        Near(Vector3<Real>.Cross(from, pull), force[0].Angular);
        Near(-Vector3<Real>.Cross(to, pull), force[1].Angular);
    }

    [Fact]
    public void All_wrenches_of_a_muscle_add_up_to_nothing()
    {
        var bent = new MuscleDescription("m", 300, [0, 0, 1, 2], [[0.1, 0, 0], [0.1, -0.3, 0], [0, 0.2, 0.1], [0, 0, 0.4]]);
        LinkPose<Real>[] poses = [Pose(0, 1, 0), Pose(2, 0, 1), Pose(-1, 3, 1)];
        var force = Pull(bent, 0.7, poses);
        Near(Vector3<Real>.Zero, force[0].Linear + force[1].Linear + force[2].Linear);
        Near(Vector3<Real>.Zero, force[0].Angular + force[1].Angular + force[2].Angular);
        Assert.NotEqual(0, force[1].Linear.X.Value);
    }

    [Fact]
    public void Between_points_of_one_link_nothing_pulls()
    {
        var inside = new MuscleDescription("m", 300, [0, 0], [[0.1, 0, 0], [0, 0.2, 0.1]]);
        Near(Vector3<Real>.Zero, Pull(inside, 1, [Pose(0, 1, 0)])[0].Linear);
    }

    [Fact]
    public void The_muscles_of_the_humanoid_move_its_joints_and_not_its_whole()
    {
        var body = new ArticulatedBody(RobotDescription.Load("snu-humanoid") with { Gravity = [0, 0, 0], Contacts = [] });
        var (q, _) = Physics.RandomState(body, new Random(4));
        double[] rest = new double[body.Velocities];
        double[] Forces(double a) => Physics.JointForces(body, q, rest, [.. Enumerable.Repeat(a, body.Robot.Muscles.Length)]);
        double[] none = Forces(0), half = Forces(0.5), full = Forces(1);
        double scale = full.Max(Math.Abs);
        Assert.True(scale > 100);
        for (int i = 0; i < rest.Length; i++)
        {
            Assert.Equal(0, ((full[i] - none[i]) - (2 * (half[i] - none[i]))) / scale, 1e-12);

            // the first six are the wrench on the whole robot
            if (i < 6) Assert.Equal(0, full[i] / scale, 1e-12);
        }
    }

    /// <summary>The wrench on each link.</summary>
    private static SpatialVector<Real>[] Pull(MuscleDescription muscle, double activation, LinkPose<Real>[] poses)
    {
        var robot = new RobotDescription { Links = new LinkDescription[poses.Length], Muscles = [muscle] };
        return new ExternalForces(robot).On<Real>(poses, new SpatialVector<Real>[poses.Length], [activation]);
    }

    private static LinkPose<Real> Pose(double x, double y, double z) => new(Matrix3<Real>.Identity, new(x, y, z), new(x, y, z), []);

    private static void Near(Vector3<Real> expected, Vector3<Real> actual)
        => Assert.InRange(Physics.Distance([expected.X, expected.Y, expected.Z], [actual.X, actual.Y, actual.Z]), 0, 1e-10);
}
