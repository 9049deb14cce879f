using MbMix.Sim.Native;

namespace MbMix.Benchmarks;

/// <summary>
/// The substeps of a cloth as one would write them in C: plain loops over arrays of doubles, one environment at a time,
/// forward only. It is what the compiled loops are compared with.
/// </summary>
internal sealed class ScalarCloth(ClothSheet sheet, ClothMaterial material)
{
    private readonly double[] x = [.. sheet.Rest];
    private readonly double[] v = new double[sheet.Rest.Length];
    private readonly double[] force = new double[sheet.Rest.Length];
    private readonly (int A, int B, double Length)[] springs =
        [.. sheet.Springs.Select(s => (s.Inputs[0], s.Inputs[3], s.Parameters[0]))];

    /// <summary>Positions, three per particle [m].</summary>
    public ReadOnlySpan<double> Positions => x;

    /// <summary>Computes substeps with a gripper that moves evenly and is closed.</summary>
    /// <param name="count">Number of substeps.</param>
    /// <param name="gripper">Center of the gripper; it moves along.</param>
    /// <param name="displacement">Its displacement per substep [m].</param>
    public void Run(int count, double[] gripper, double[] displacement)
    {
        double dt = material.Period, keep = Math.Exp(-material.Damping * dt), g = material.Gravity;
        const double radius = ClothParticle.GripperRadius;
        for (int step = 0; step < count; step++)
        {
            Array.Clear(force);
            foreach (var (a, b, atRest) in springs)
            {
                double dx = x[b] - x[a], dy = x[b + 1] - x[a + 1], dz = x[b + 2] - x[a + 2];
                double length = Math.Sqrt(Math.Max((dx * dx) + (dy * dy) + (dz * dz), 1e-12));
                double scale = material.Stiffness * (length - atRest) / (atRest * length);
                force[a] += scale * dx;
                force[a + 1] += scale * dy;
                force[a + 2] += scale * dz;
                force[b] -= scale * dx;
                force[b + 1] -= scale * dy;
                force[b + 2] -= scale * dz;
            }
            for (int i = 0; i < x.Length; i += 3)
            {
                v[i + 1] -= g * dt;
                double fy = force[i + 1] - g, drag = 0;
                if (x[i + 1] <= 1e-8)
                {
                    double slip = Math.Sqrt((v[i] * v[i]) + (v[i + 2] * v[i + 2]) + 1e-8);
                    drag = material.Friction * Math.Max(0, -fy) / slip;
                }
                v[i] = keep * (v[i] + (dt * (force[i] - (drag * v[i]))));
                v[i + 1] = keep * (v[i + 1] + (dt * fy));
                v[i + 2] = keep * (v[i + 2] + (dt * (force[i + 2] - (drag * v[i + 2]))));
                double ax = x[i] - gripper[0], ay = x[i + 1] - gripper[1], az = x[i + 2] - gripper[2];
                bool held = (ax * ax) + (ay * ay) + (az * az) <= radius * radius;
                for (int k = 0; k < 3; k++)
                {
                    if (held) (v[i + k], x[i + k]) = (0, x[i + k] + displacement[k]);
                    v[i + k] = Math.Clamp(v[i + k], -material.TopSpeed, material.TopSpeed);
                    x[i + k] = Math.Clamp(x[i + k], 0, 1) + (dt * v[i + k]);
                }
            }
            for (int k = 0; k < 3; k++) gripper[k] = Math.Clamp(gripper[k] + displacement[k], 0, 1);
        }
    }
}
