using MbMix.Tests.Support;

namespace MbMix.Tests.Unit;

/// <summary>
/// Where nothing touches anything, two simulators written independently of each other must agree but for how they integrate. The
/// inertias are made the same; what differs (damping explicit here, implicit there) vanishes with the time step.
/// </summary>
public sealed class SimulatorsAgreeInTheAir
{
    private const double ControlPeriod = 1.0 / 60;

    public static TheoryData<string> Names => new("cartpole", "hopper", "cheetah", "ant", "humanoid");

    /// <summary>At one instant there is no integration: accelerations agree to the digits of the descriptions.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Accelerations_are_equal(string name)
    {
        using var robot = new SuiteRobot(name, contacts: false, sameInertias: true);
        var random = new Random(3);
        double worst = 0;
        for (int state = 0; state < 10; state++)
        {
            var (q, qd) = robot.InTheAir(random);
            double[] applied = Forces(robot, random);
            robot.Set(q, qd);
            applied.CopyTo(robot.Data.QfrcApplied);
            robot.Data.Forward();
            double[] after = [.. qd];
            const double h = 1e-3;
            Physics.Run(robot.Native, [.. q], after, h, 1, applied);
            double[] expected = [.. after.Zip(qd, (a, b) => (a - b) / h)];
            worst = Math.Max(worst, Physics.Distance(expected, robot.Accelerations()) / expected.Max(Math.Abs));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {worst:G3}");
        Assert.InRange(worst, 0, 2e-7);
    }

    /// <summary>
    /// A control step and its Jacobian differ by the integration alone: half the time step, half the difference; and the polynomial in
    /// the time step that goes through three differences is zero at zero.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_control_step_and_its_jacobian_differ_by_the_time_step(string name)
    {
        using var robot = new SuiteRobot(name, contacts: false, sameInertias: true);
        var random = new Random(4);
        int[] substeps = [128, 256, 512];
        double[] steps = [0, 0, 0, 0], jacobians = [0, 0, 0, 0];
        for (int state = 0; state < (robot.Free ? 1 : 3); state++)
        {
            var (q, qd) = robot.InTheAir(random);
            double[] applied = Forces(robot, random), x = [.. q, .. qd], moved = [], jacobian = [];
            double[][] step = new double[3][], derivative = new double[3][];
            for (int i = 0; i < 3; i++)
            {
                int n = substeps[i];
                robot.Model.Timestep = ControlPeriod / n;
                double[] ours = Native(robot, x, applied, n);
                moved = Minus(ours, x);
                step[i] = Minus(MuJoCo(robot, x, applied, n), ours);
                jacobian = Jacobian(robot, s => Native(robot, s, applied, n), x);
                derivative[i] = Minus(Jacobian(robot, s => MuJoCo(robot, s, applied, n), x), jacobian);
            }
            Collect(steps, step, moved);
            Collect(jacobians, derivative, jacobian);
        }
        static string Text(double[] series) => string.Join(' ', series.Select(s => s.ToString("G3", System.Globalization.CultureInfo.InvariantCulture)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: steps {Text(steps)}, Jacobians {Text(jacobians)}");
        foreach (double[] series in new[] { steps, jacobians })
        {
            Assert.InRange(series[0] / series[1], 1.8, 2.2);
            Assert.InRange(series[1] / series[2], 1.8, 2.2);
            Assert.InRange(series[3], 0, 1e-6);
        }
    }

    // largest relative difference for each time step, and for none
    private static void Collect(double[] worst, double[][] differences, double[] reference)
    {
        double[] atZero = [.. differences[0].Select((d, k) => ((8 * differences[2][k]) - (6 * differences[1][k]) + d) / 3)];
        for (int i = 0; i < 4; i++) worst[i] = Math.Max(worst[i], Norm(i < 3 ? differences[i] : atZero) / Norm(reference));
    }

    // up to a tenth of what the motors can do
    private static double[] Forces(SuiteRobot robot, Random random)
    {
        var forces = new double[robot.Native.Velocities];
        for (int k = forces.Length - robot.Model.Nu; k < forces.Length; k++) forces[k] = 20 * ((2 * random.NextDouble()) - 1);
        return forces;
    }

    private static double[] Native(SuiteRobot robot, double[] x, double[] applied, int substeps)
    {
        double[] q = x[..robot.Native.Positions], qd = x[robot.Native.Positions..];
        Physics.Run(robot.Native, q, qd, ControlPeriod / substeps, substeps, applied);
        return [.. q, .. qd];
    }

    private static double[] MuJoCo(SuiteRobot robot, double[] x, double[] applied, int substeps)
    {
        robot.Set(x[..robot.Native.Positions], x[robot.Native.Positions..]);
        applied.CopyTo(robot.Data.QfrcApplied);
        robot.Data.Step(substeps);
        var (q, qd) = robot.Get();
        return [.. q, .. qd];
    }

    private static double[] Jacobian(SuiteRobot robot, Func<double[], double[]> step, double[] x)
    {
        const double epsilon = 1e-5;
        // a quaternion cannot be moved component by component; of the many columns of a robot in space every fifth is enough
        int[] columns = [.. Enumerable.Range(0, x.Length).Where(i => !robot.Free || (i is < 3 or > 6 && i % 5 == 0))];
        return [.. columns.SelectMany(i =>
        {
            double[] up = [.. x], down = [.. x];
            up[i] += epsilon;
            down[i] -= epsilon;
            return Minus(step(up), step(down)).Select(d => d / (2 * epsilon));
        })];
    }

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(x => x * x));
}
