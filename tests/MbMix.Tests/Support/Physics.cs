using MbMix.Differentiation;
using MbMix.Sim.Native;

namespace MbMix.Tests.Support;

/// <summary>Robots in plain double arithmetic.</summary>
internal static class Physics
{
    public static readonly double[] Weightless = [0, 0, 0];

    /// <summary>
    /// A massless rod with a weight at its end that swings about a joint at the origin; at rest it hangs along -y.
    /// </summary>
    public static LinkDescription Pendulum(JointKind joint, double mass, double length, double inertia = 0) => new()
    {
        Name = "rod",
        Joint = joint,
        Axis = [0, 0, 1],
        Mass = mass,
        CenterOfMass = [0, -length, 0],
        Inertia = [inertia, inertia, inertia, 0, 0, 0],
    };

    public static ArticulatedBody FreeBody(double mass, double[] inertia, double[]? gravity = null) => new(new RobotDescription
    {
        Gravity = gravity ?? [0, -9.81, 0],
        Links = [new LinkDescription { Name = "body", Joint = JointKind.Free, Mass = mass, Inertia = inertia }],
    });

    /// <summary>
    /// A robot of the suite. The axes in its file have seven digits; here they are normalized to full precision, so
    /// that rotations are exact.
    /// </summary>
    public static ArticulatedBody Robot(string model)
    {
        var robot = RobotDescription.Load(model);
        LinkDescription Exact(LinkDescription link)
        {
            double norm = Math.Sqrt(link.Axis.Sum(x => x * x));
            return norm == 0 ? link : link with { Axis = [.. link.Axis.Select(x => x / norm)] };
        }
        return new(robot with { Links = [.. robot.Links.Select(Exact)] });
    }

    /// <summary>Substeps of h seconds, the mass matrix refreshed in each.</summary>
    /// <param name="body">Robot.</param>
    /// <param name="q">Position; changed.</param>
    /// <param name="qd">Velocity; changed.</param>
    /// <param name="h">Seconds.</param>
    /// <param name="steps">Substeps.</param>
    /// <param name="applied">Actuator forces; null for none.</param>
    /// <param name="after">Called after each substep.</param>
    public static void Run(ArticulatedBody body, double[] q, double[] qd, double h, int steps, double[]? applied = null, Action? after = null)
    {
        Real[] p = Reals(q), v = Reals(qd), tau = Reals(applied ?? new double[qd.Length]), pNext = new Real[q.Length], vNext = new Real[qd.Length];
        var factor = new Real[body.FactorSize];
        var activation = new Real[body.Robot.Muscles.Length];
        for (int i = 0; i < steps; i++)
        {
            body.Factor<Real>(p, factor);
            body.Step<Real>(p, v, tau, activation, factor, h, pNext, vNext);
            (p, pNext, v, vNext) = (pNext, p, vNext, v);
            for (int k = 0; k < q.Length; k++) q[k] = p[k];
            for (int k = 0; k < qd.Length; k++) qd[k] = v[k];
            after?.Invoke();
        }
    }

    /// <summary>A random state: angles within a radian, rotations anywhere, velocities within one.</summary>
    public static (double[] Q, double[] Qd) RandomState(ArticulatedBody body, Random random)
    {
        double[] q = [.. Enumerable.Range(0, body.Positions).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] qd = [.. Enumerable.Range(0, body.Velocities).Select(_ => (2 * random.NextDouble()) - 1)];
        for (int i = 0; i < body.Robot.Links.Length; i++)
        {
            int at = body.PositionOf(i) + (body.Robot.Links[i].Joint == JointKind.Free ? 3 : 0);
            if (body.Robot.Links[i].Joint is not (JointKind.Free or JointKind.Ball)) continue;
            double norm = Math.Sqrt(q.Skip(at).Take(4).Sum(x => x * x));
            for (int k = 0; k < 4; k++) q[at + k] /= norm;
        }
        return (q, qd);
    }

    public static double[] JointForces(ArticulatedBody body, double[] q, double[] qd, double[]? activation = null) =>
        [.. body.JointForces<Real>(Reals(q), Reals(qd), new Real[qd.Length], Reals(activation ?? new double[body.Robot.Muscles.Length])).Select(x => x.Value)];

    public static Real[] Reals(double[] values) => [.. values.Select(x => (Real)x)];

    public static Vector3<Real> Vector(double x, double y, double z) => new(x, y, z);

    /// <summary>The largest difference of two lists.</summary>
    public static double Distance(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
