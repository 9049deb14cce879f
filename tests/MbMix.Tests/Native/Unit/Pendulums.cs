using MbMix.Sim.Native;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>Swinging without friction.</summary>
public sealed class Pendulums
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(-2.5)]
    public void Gravity_pulls_a_resting_pendulum_back_with_m_g_l_sine(double angle)
    {
        var body = new ArticulatedBody(new RobotDescription { Links = [Physics.Pendulum(JointKind.Revolute, 2, 0.5)] });
        Assert.Equal(-2 * 9.81 * 0.5 * Math.Sin(angle), Physics.JointForces(body, [angle], [0])[0], 1e-12);

        // a swinging one has no other force: the speed's part goes through the joint
        Assert.Equal(-2 * 9.81 * 0.5 * Math.Sin(angle), Physics.JointForces(body, [angle], [3])[0], 1e-12);
    }

    [Fact]
    public void A_double_pendulum_has_the_forces_of_lagrange()
    {
        // unit masses and lengths, angles a and a + b: Coriolis and centrifugal terms are -+ sin b (...)
        const double g = 9.81, a = 0.4, b = -1.1, da = 1.3, db = -0.6;
        var second = Physics.Pendulum(JointKind.Revolute, 1, 1) with { Name = "second", Parent = 0, Position = [0, -1, 0] };
        var body = new ArticulatedBody(new RobotDescription { Links = [Physics.Pendulum(JointKind.Revolute, 1, 1), second] });
        double first = (Math.Sin(b) * ((2 * da * db) + (db * db))) - (g * ((2 * Math.Sin(a)) + Math.Sin(a + b)));
        double last = -(Math.Sin(b) * da * da) - (g * Math.Sin(a + b));
        Assert.InRange(Physics.Distance([first, last], Physics.JointForces(body, [a, b], [da, db])), 0, 1e-12);
    }

    [Theory]
    [InlineData("revolute")]
    [InlineData("ball")]
    public void Energy_drifts_little_and_with_the_first_order_of_the_step(string kind)
    {
        var joint = kind == "ball" ? JointKind.Ball : JointKind.Revolute;
        var body = new ArticulatedBody(new RobotDescription { Links = [Physics.Pendulum(joint, 2, 0.5, inertia: 0.01)] });
        const double seconds = 3, scale = 2 * 9.81 * 0.5;

        double Drift(int n)
        {
            double[] q = joint == JointKind.Ball ? [0.5, 0, 0, Math.Sqrt(0.75)] : [1], qd = joint == JointKind.Ball ? [0.2, 1, 2] : [2];
            double Energy()
            {
                var links = new LinkMotions(body, q, qd);
                return links.KineticEnergy + links.PotentialEnergy(body.Robot.Gravity);
            }
            double start = Energy(), worst = 0;
            Physics.Run(body, q, qd, seconds / n, n, after: () => worst = Math.Max(worst, Math.Abs(Energy() - start)));
            return worst / scale;
        }
        double coarse = Drift(3000), fine = Drift(6000);
        Assert.InRange(fine, 0, 0.01);
        Assert.InRange(coarse / fine, 1.8, 2.2);
    }

    [Fact]
    public void A_small_swing_takes_two_pi_root_l_over_g()
    {
        const double h = 1e-4;
        var body = new ArticulatedBody(new RobotDescription { Links = [Physics.Pendulum(JointKind.Revolute, 2, 0.5)] });
        double[] q = [0.01], qd = [0];
        double time = 0, before = 0.01;
        List<double> crossings = [];
        Physics.Run(body, q, qd, h, 20000, after: () =>
        {
            time += h;
            if (before > 0 && q[0] <= 0) crossings.Add(time - (h * q[0] / (q[0] - before)));
            before = q[0];
        });
        Assert.Equal(2, crossings.Count);
        Assert.Equal(2 * Math.PI * Math.Sqrt(0.5 / 9.81), crossings[1] - crossings[0], 1e-4);
    }
}
