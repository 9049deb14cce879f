using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>One body without joints.</summary>
public sealed class FreeBodies
{
    [Fact]
    public void A_thrown_body_follows_the_parabola_and_does_not_turn()
    {
        const double h = 0.01;
        const int n = 100;
        var body = Physics.FreeBody(2, [0.1, 0.2, 0.3, 0.01, 0.02, 0.03], [1, -9.81, 0.5]);
        double[] q = [3, 2, -1, 0, 0, 0, 1], qd = [0, 0, 0, 1, 4, -2];
        Physics.Run(body, q, qd, h, n);

        // semi-implicit Euler falls by g h^2 n (n + 1) / 2: exactly that, not only about that
        double fall = 0.5 * h * h * n * (n + 1), t = n * h;
        Assert.InRange(Physics.Distance(q, [3 + t + fall, 2 + (4 * t) - (9.81 * fall), -1 - (2 * t) + (0.5 * fall), 0, 0, 0, 1]), 0, 1e-12);
        Assert.InRange(Physics.Distance(qd, [0, 0, 0, 1 + t, 4 - (9.81 * t), -2 + (0.5 * t)]), 0, 1e-12);
    }

    [Fact]
    public void A_spinning_body_keeps_a_unit_quaternion()
    {
        var body = Physics.FreeBody(1, [0.1, 0.2, 0.25, 0, 0, 0], Physics.Weightless);
        double[] q = [1, 2, 3, 0, 0, 0, 1], qd = [5, -3, 20, 1, 0, 0];
        double worst = 0;
        Physics.Run(body, q, qd, 1e-3, 5000, after: () => worst = Math.Max(worst, Math.Abs(1 - q.Skip(3).Sum(x => x * x))));
        Assert.InRange(worst, 0, 1e-15 * 8);
    }

    [Fact]
    public void A_symmetric_top_precesses_about_its_angular_momentum()
    {
        // free and axisymmetric (I1 = I2): the axis goes around the constant L at the rate |L| / I1
        const double i1 = 0.2, i3 = 0.3, seconds = 1;
        double[] w = [1, 0.5, 3], l = [i1 * w[0], i1 * w[1], i3 * w[2]];
        double norm = Math.Sqrt(l.Sum(x => x * x)), angle = norm / i1 * seconds;
        double[] u = [.. l.Select(x => x / norm)];
        double s = Math.Sin(angle), c = Math.Cos(angle), d = (1 - c) * u[2];
        double[] expected = [(u[1] * s) + (u[0] * d), (-u[0] * s) + (u[1] * d), c + (u[2] * d)];

        double Error(int n)
        {
            var body = Physics.FreeBody(1, [i1, i1, i3, 0, 0, 0], Physics.Weightless);
            double[] q = [0, 0, 0, 0, 0, 0, 1], qd = [.. w, 0, 0, 0];
            Physics.Run(body, q, qd, seconds / n, n);
            double[] axis = [2 * ((q[3] * q[5]) + (q[4] * q[6])), 2 * ((q[4] * q[5]) - (q[3] * q[6])), 1 - (2 * ((q[3] * q[3]) + (q[4] * q[4])))];
            return Physics.Distance(axis, expected);
        }
        Assert.InRange(Error(8000), 0, 2e-3);
        Assert.InRange(Error(4000) / Error(8000), 1.8, 2.2);
    }
}
