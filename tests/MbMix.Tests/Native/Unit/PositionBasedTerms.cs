using MbMix.Differentiation;
using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Each term of position-based dynamics alone, against closed forms.</summary>
public sealed class PositionBasedTerms
{
    private static readonly double[] Unit = [1, 1, 1, 1];

    [Fact]
    public void Anchors_come_together_by_six_tenths_of_their_gap()
    {
        // at the centers, both bodies move alike
        double[] still = Evaluate(new PointCorrection(), [0, 0, 0, 0, 0, 0, 0.2, 0, 0], [.. Unit, .. Unit]);
        Close([-0.06, 0, 0, 0, 0, 0, 0.06, 0, 0, 0, 0, 0], still);

        // the arm (0, 2, 0) of the parent makes it five times as easy to move there as at its center
        double[] arm = Evaluate(new PointCorrection(), [0, 2, 0, 0, 0, 0, 0.6, 0, 0], [.. Unit, .. Unit]);
        Close([-0.06, 0, 0, 0, 0, 0.12, 0.06, 0, 0, 0, 0, 0], arm);

        // a body of four times the mass moves a quarter as far
        double[] heavy = Evaluate(new PointCorrection(), [0, 0, 0, 0, 0, 0, 0.2, 0, 0], [0.25, 1, 1, 1, .. Unit]);
        Close([-0.024, 0, 0, 0, 0, 0, 0.096, 0, 0, 0, 0, 0], heavy);
        Close(new double[12], Evaluate(new PointCorrection(), new double[9], [.. Unit, .. Unit]), 0);
    }

    [Theory]
    [InlineData(0.3, 0)]
    [InlineData(0.6, 0.1)]
    [InlineData(-0.7, -0.2)]
    public void A_hinge_is_turned_back_to_its_limits_by_a_fifth(double angle, double beyond)
    {
        var (parent, child) = (Matrix3<Real>.Identity, Matrix3<Real>.Rotation([1, 0, 0], angle));
        double[] came = Evaluate(
            new HingeCorrection(),
            [.. Columns(parent, 0, 2), .. Columns(child, 0, 2)],
            [-0.5, 0.5, .. Unit, .. Unit]);
        double half = 0.1 * Math.Sin(beyond);
        Close([half, 0, 0, -half, 0, 0], came);
    }

    [Fact]
    public void Axes_of_a_hinge_are_turned_toward_each_other()
    {
        var child = Matrix3<Real>.Rotation([0, 0, 1], 0.2);
        double[] came = Evaluate(
            new HingeCorrection(),
            [.. Columns(Matrix3<Real>.Identity, 0, 2), .. Columns(child, 0, 2)],
            [-0.5, 0.5, .. Unit, .. Unit]);
        Close([0, 0, 0.1 * Math.Sin(0.2), 0, 0, -0.1 * Math.Sin(0.2)], came);
    }

    [Fact]
    public void Angles_of_a_ball_joint_are_those_that_turned_it()
    {
        var random = new Random(1);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] angles = [.. Enumerable.Range(0, 3).Select(_ => 2.4 * (random.NextDouble() - 0.5))];
            var parent = Turned([random.NextDouble(), random.NextDouble(), random.NextDouble()]);
            var child = parent * Turned(angles);
            var found = BallAngles<Real>.Of(
                Column(parent, 0), Column(parent, 1), Column(child, 1), Column(child, 2));
            Close(angles, [found.First, found.Second, found.Third]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_angle_of_a_ball_joint_beyond_its_limits_is_turned_back_and_the_others_are_left_alone(int axis)
    {
        double[] angles = [0.1, -0.1, 0.2];
        double[] limits = [-0.5, 0.5, -0.5, 0.5, -0.5, 0.5];
        Close(new double[6], Corrected(angles), 0);
        angles[axis] = 0.8;
        double[] came = Corrected(angles);
        double[] axisInWorld = axis switch
        {
            0 => [1, 0, 0],
            1 => [0, Math.Cos(angles[0]), Math.Sin(angles[0])],
            _ => [.. Components(Column(Turned(angles), 2))],
        };
        Close([.. axisInWorld.Select(x => 0.1 * Math.Sin(0.3) * x)], came[..3]);
        Close([.. came[..3].Select(x => -x)], came[3..]);

        double[] Corrected(double[] a)
        {
            var child = Turned(a);
            return Evaluate(
                new BallCorrection(),
                [.. Columns(Matrix3<Real>.Identity, 0, 1), .. Columns(child, 1, 2)],
                [.. limits, .. Unit, .. Unit]);
        }
    }

    [Theory]
    [InlineData(0.4, 150)]
    [InlineData(0.6, 0)]
    public void The_motor_of_a_hinge_has_no_torque_outside_its_limits(double angle, double motor)
    {
        var child = Matrix3<Real>.Rotation([1, 0, 0], angle);
        double[] came = Evaluate(
            new HingeTorque(),
            [.. Columns(Matrix3<Real>.Identity, 0, 2), .. Components(Column(child, 2)), 0.1, 0.2, 0.3, 0.5],
            [-0.5, 0.5, 300, 35]);
        Close([-motor - 3.5, -7, -10.5, motor + 3.5, 7, 10.5], came);
    }

    [Fact]
    public void A_ball_joint_is_driven_to_the_wanted_angles_and_damped()
    {
        double[] angles = [0.3, 0.2, -0.1];
        var child = Turned(angles);
        double[] came = Evaluate(
            new BallTorque(),
            [.. Columns(Matrix3<Real>.Identity, 0, 1), .. Columns(child, 1, 2), 0.1, 0, 0, 0.4, 0.2, -0.1],
            [300, 50]);
        Close([-35, 0, 0, 35, 0, 0], came);
    }

    [Fact]
    public void A_point_is_lifted_out_of_the_ground_and_held_where_it_was_if_the_push_can_hold_it()
    {
        // a ball of radius 0.5, 2 mm deep, that has moved by 1 mm along x
        double[] body = [0.001, 0, 0.498, .. Rows(Matrix3<Real>.Identity)];
        double[] before = [0, 0, 0.498, .. Rows(Matrix3<Real>.Identity)];
        double[] Pushed(double friction) => Evaluate(
            new GroundPush(), [.. body, .. before], [0, 0, 0, 0.5, .. Unit, friction]);

        // a push at arm 0.5 across it moves the point 1.25 times as easily as the center
        Close([-0.0008, 0, 0.002, 0, 0.0004, 0, 1], Pushed(0.5), 1e-6);
        Close([0, 0, 0.002, 0, 0, 0, 1], Pushed(0.3), 1e-6);
        body[2] = 0.501;
        Assert.Equal(new double[7], Pushed(0.5));
    }

    [Fact]
    public void Friction_brakes_up_to_its_limit_and_a_fall_ends()
    {
        double[] found = [0, 0, -0.002, .. Rows(Matrix3<Real>.Identity)];
        double[] Braked(double slide, double fall, double rise) => Evaluate(
            new GroundBrake(0.005, 9.8),
            [.. found, 0, 0, -0.002, slide, 0, rise, 0, 0, 0, slide, 0, -fall, 0, 0, 0],
            [0, 0, 0, 0, .. Unit, 0.5]);

        // at most friction times depth over twice the substep, 0.5 0.002 / 0.01 m/s
        Close([-0.1, 0, 0, 0, 0, 0, 1], Braked(3, 0, 0), 1e-6);
        Close([-0.05, 0, 0, 0, 0, 0, 1], Braked(0.05, 0, 0));

        // falls faster than 4 g h are stopped, that is, the speed that positions were corrected with is taken away
        Close([0, 0, -0.3, 0, 0, 0, 1], Braked(0, 0.2, 0.3), 1e-6);
        Close([0, 0, 0, 0, 0, 0, 1], Braked(0, 0.19, 0.3), 0);
    }

    [Fact]
    public void Capsules_touch_where_they_are_closest()
    {
        var random = new Random(2);
        for (int trial = 0; trial < 40; trial++)
        {
            double[] half = [.. Numbers(3)], other = [.. Numbers(3)], apart = [.. Numbers(3).Select(x => 2 * x)];
            if (trial == 0) other = [.. half.Select(x => 0.5 * x)]; // parallel
            var found = CapsuleTouch<Real>.Of(
                Vectors.Read<Real>(Physics.Reals(apart)),
                Matrix3<Real>.Identity,
                Matrix3<Real>.Identity,
                Physics.Reals([.. half, 0.3, .. other, 0.4]));
            double nearest = double.PositiveInfinity;
            const int N = 300;
            for (int i = 0; i <= N; i++)
            {
                for (int j = 0; j <= N; j++)
                {
                    double s = (2.0 * i / N) - 1, t = (2.0 * j / N) - 1, square = 0;
                    for (int k = 0; k < 3; k++) square += Math.Pow(apart[k] + (s * half[k]) - (t * other[k]), 2);
                    nearest = Math.Min(nearest, square);
                }
            }
            Assert.Equal(0.7 - Math.Sqrt(nearest), found.Depth, 5e-3);
            Assert.True(found.Depth.Value >= 0.7 - Math.Sqrt(nearest) - 1e-9);
            Close([1], [Math.Sqrt(Vector3<Real>.Dot(found.Normal, found.Normal))], 1e-4);
        }

        IEnumerable<double> Numbers(int count) => Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5);
    }

    [Fact]
    public void Capsules_push_each_other_apart_equally_and_a_motionless_one_stays()
    {
        double[] identity = [.. Rows(Matrix3<Real>.Identity)];
        double[] first = [0, 0, 0.9, .. identity], second = [0, 0, 0, .. identity];
        double[] pair = [0, 0.2, 0, 0.5, 0, 0.2, 0, 0.5, .. Unit, .. Unit, 0.7];
        double[] both = Evaluate(new CapsulePush(false), [.. first, .. first, .. second, .. second], pair);
        Close([0, 0, 0.05, 0, 0, 0, 1, 0, 0, -0.05, 0, 0, 0, 1], both, 1e-6);
        double[] one = Evaluate(new CapsulePush(true), [.. first, .. first, .. second, .. second], pair);
        Close([0, 0, 0.1, 0, 0, 0, 1], one, 1e-6);
        first[2] = 1.01;
        Assert.Equal(new double[7], Evaluate(new CapsulePush(true), [.. first, .. first, .. second, .. second], pair));
    }

    [Fact]
    public void An_approach_of_capsules_ends_with_their_momentum_unchanged()
    {
        double[] identity = [.. Rows(Matrix3<Real>.Identity)];
        double[] upper = [0, 0, 0.9, .. identity, 0, 0, 0.9, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, 0];
        double[] lower = [0, 0, 0, .. identity, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0.5, 0, 0, 0];
        double[] pair = [0, 0.2, 0, 0.5, 0, 0.2, 0, 0.5, .. Unit, .. Unit, 0.7];
        double[] both = Evaluate(new CapsuleBrake(false, 0.005, 9.8), [.. upper, .. lower], pair);
        Close([0, 0, 0.75, 0, 0, 0, 1, 0, 0, -0.75, 0, 0, 0, 1], both, 1e-5);
    }

    private static double[] Evaluate<TTerm>(TTerm term, double[] inputs, double[] parameters)
        where TTerm : IRepeatedTerm
    {
        Assert.Equal((term.Inputs, term.Parameters), (inputs.Length, parameters.Length));
        var totals = new Real[term.Outputs];
        int[] all = [.. Enumerable.Range(0, term.Outputs)];
        var instance = new TermInstance([.. Enumerable.Range(0, inputs.Length)], parameters, all);
        Real.AddTerms(term, [instance], Physics.Reals(inputs), totals);
        return [.. totals.Select(t => t.Value)];
    }

    private static void Close(double[] expected, double[] actual, double tolerance = 3e-6) =>
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= tolerance);

    private static Matrix3<Real> Turned(double[] angles) =>
        Matrix3<Real>.Rotation([1, 0, 0], angles[0])
        * Matrix3<Real>.Rotation([0, 1, 0], angles[1])
        * Matrix3<Real>.Rotation([0, 0, 1], angles[2]);

    private static Vector3<Real> Column(Matrix3<Real> m, int column)
    {
        var t = m.Transposed;
        return column == 0 ? t.Row0 : column == 1 ? t.Row1 : t.Row2;
    }

    private static double[] Columns(Matrix3<Real> m, int first, int second) =>
        [.. Components(Column(m, first)), .. Components(Column(m, second))];

    private static double[] Components(Vector3<Real> v) => [v.X, v.Y, v.Z];

    private static double[] Rows(Matrix3<Real> m) =>
        [.. Components(m.Row0), .. Components(m.Row1), .. Components(m.Row2)];
}
