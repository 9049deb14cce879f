using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>Bruce's masses, lengths and directions of motion are those of the published models of the robot.</summary>
public sealed class BruceAnchors
{
    private static readonly double[] Straight = [0, 0, 0, 0, 0];

    private readonly ArticulatedBody body = new(BruceRobot.Describe(new BruceOptions()));

    [Fact]
    public void It_weighs_4_45_kg_and_its_center_is_where_it_was_measured()
    {
        // the published center is that with the arms stretched sideways
        var stretched = RobotDescription.Load("bruce");
        stretched = stretched with { Links = [.. stretched.Links.Select(l => l with { Rotation = [0, 0, 0, 1] })] };
        var robot = new ArticulatedBody(stretched.Welded());
        Assert.Equal(4.4497 + 0.00737, robot.Robot.Links.Sum(l => l.Mass), 2e-4); // the right upper arm weighs as the left
        Assert.Equal(11, robot.Robot.Links.Length);
        var poses = Poses(robot, Straight, Straight);
        double mass = 0, x = 0, y = 0, z = 0;
        for (int i = 0; i < poses.Length; i++)
        {
            double m = robot.Robot.Links[i].Mass;
            (mass, x, y, z) = (mass + m, x + (m * poses[i].Center.X), y + (m * poses[i].Center.Y), z + (m * poses[i].Center.Z));
        }
        Assert.Equal(0.0262, x / mass, 2e-4);
        Assert.Equal(-0.0555, z / mass, 5e-4);
        Assert.InRange(y / mass, -4e-4, 4e-4);
    }

    [Fact]
    public void Fixed_arms_move_the_center_by_millimeters_and_weigh_what_they_weigh()
    {
        var robot = RobotDescription.Load("bruce");
        Assert.Equal(17, robot.Links.Length);
        Assert.Equal(robot.Links.Sum(l => l.Mass), body.Robot.Links.Sum(l => l.Mass), 1e-9);

        // welding changes neither the mass matrix nor the forces
        var whole = new ArticulatedBody(robot);
        var (q, qd) = Physics.RandomState(whole, new Random(1));
        double[,] a = Matrix(whole, q), b = Matrix(new ArticulatedBody(robot.Welded()), q);
        for (int i = 0; i < whole.Velocities; i++)
        {
            for (int j = 0; j <= i; j++) Assert.Equal(a[i, j], b[i, j], 1e-9);
        }
        Assert.InRange(Physics.Distance(
            Physics.JointForces(whole, q, qd), Physics.JointForces(new ArticulatedBody(robot.Welded()), q, qd)), 0, 1e-9);
    }

    [Theory]
    [InlineData(0, 0, 0, 0.4746, 0)]
    [InlineData(0.39, -0.64, 0.30, 0.4547, 0.004)]
    [InlineData(0.597, -0.956, 0.359, 0.4264, 0)]
    public void The_base_stands_as_high_as_published(double hip, double knee, double ankle, double height, double toeUp)
    {
        double[] leg = [0, hip, 0, knee, ankle];
        double toe = Sole(leg, 0.05).Z, heel = Sole(leg, -0.035).Z;
        Assert.Equal(height, 0.005 - Math.Min(toe, heel), 3e-4);
        Assert.Equal(toeUp, toe - heel, 6e-4);
    }

    [Theory]
    [InlineData(0, 0.3, 0.029216, 0.075856, -0.444595, 0.077, 0.091, double.NaN)]
    [InlineData(1, 0.3, 0.149, 0.076, -0.427, double.NaN, double.NaN, double.NaN)]
    [InlineData(2, 0.3, 0.029, 0.195, -0.427, double.NaN, double.NaN, double.NaN)]
    [InlineData(3, -0.5, -0.067, 0.076, -0.420, double.NaN, double.NaN, double.NaN)]
    [InlineData(4, 0.3, 0.029216, 0.075856, -0.444595, 0.084, 0.076, -0.454)]
    public void Each_joint_moves_the_left_foot_as_published(
        int joint, double angle, double x, double y, double z, double toeX, double toeY, double toeZ)
    {
        double[] leg = [.. Straight];
        leg[joint] = angle;
        var ankle = Poses(body, Straight, leg)[10].Position;
        Assert.Equal([x, y, z], new double[] { ankle.X, ankle.Y, ankle.Z }, (a, b) => Math.Abs(a - b) < 1e-3);
        var toe = Sole(leg, 0.05);
        Assert.All(
            [(toeX, toe.X.Value), (toeY, toe.Y.Value), (toeZ, toe.Z.Value)],
            p => Assert.True(double.IsNaN(p.Item1) || Math.Abs(p.Item1 - p.Item2) < 1.5e-3, $"{p.Item1} is {p.Item2}"));
    }

    [Fact]
    public void Motors_behind_the_differential_and_the_parallelogram_share_their_torques()
    {
        Real[] torque = new Real[10], angle = new Real[10];
        var options = new BruceOptions { Actions = BruceActions.MotorTorques };
        BruceRobot.Torques<Real>(options, Physics.Reals([0, 1, 1, 0, 0, 0, 1, -1, 0.5, -1]), angle, angle, torque);
        Assert.Equal([0, 0, 21, 0, 0, 0, 21, 0, -5.25, -10.5], [.. torque.Select(t => t.Value)]);
        var robot = BruceRobot.Describe(options);
        Assert.Equal(
            [0.00182, 0.00364, 0.00364, 0.00182, 0.00182], [.. robot.Links.Skip(1).Take(5).Select(l => l.Armature)]);
    }

    [Fact]
    public void It_stands_for_a_second_on_its_controllers_and_the_start_pose_is_worth_what_it_should()
    {
        using var env = TracedEnv.Create(
            new BruceFastRun(new BruceOptions { RandomStart = false }),
            new TracedEnvOptions { Precision = Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        var state = env.Reset([new LaneKey(0, 0, 0)]);
        using var none = torch.zeros(1, 10, torch.ScalarType.Float64);
        for (int t = 0; t < 20; t++)
        {
            var step = env.Step(state, none);
            Assert.False(step.Terminated.item<bool>());
            if (t == 0) Assert.Equal(1.1 + (10 * 0.03), step.Reward.item<double>(), 0.15);
            state = step.NextState;
        }
        Assert.InRange(state[0, 1].item<double>(), 0.40, 0.46);
    }

    // a point of the left sole in the axes of the base
    private Vector3<Real> Sole(double[] leg, double ahead)
    {
        var foot = Poses(body, Straight, leg)[10];
        return foot.Position + (foot.Rotation * Physics.Vector(ahead, 0, -0.025));
    }

    private static LinkPose<Real>[] Poses(ArticulatedBody robot, double[] right, double[] left) =>
        robot.Kinematics<Real>(Physics.Reals([0, 0, 0, 0, 0, 0, 1, .. right, .. left]));

    private static double[,] Matrix(ArticulatedBody robot, double[] q)
    {
        var m = robot.MassMatrix<Real>(Physics.Reals(q));
        var values = new double[robot.Velocities, robot.Velocities];
        for (int i = 0; i < robot.Velocities; i++)
        {
            for (int j = 0; j <= i; j++) values[i, j] = m[i, j].Value;
        }
        return values;
    }
}
