namespace MbMix.Sim.Stub;

/// <summary>
/// The motion, the return and its gradient of <c>stub/point-mass-v1</c> in closed form. With forces u(k) within the
/// bounds, control steps of h seconds and m = n - k - 1/2, after n steps the velocity is v(0) + h Σ u(k) and the
/// position p(0) + n h v(0) + h² Σ m u(k), where the sums are over k below n (constant acceleration within a step).
/// </summary>
public static class PointMassMotion
{
    /// <summary>Length h of a control step, s.</summary>
    public const double Period = 0.1;

    /// <summary>Weight of the squared speed in the reward.</summary>
    public const double SpeedCost = 0.1;

    /// <summary>Weight of the squared force in the reward.</summary>
    public const double EffortCost = 0.01;

    /// <summary>The state after n steps.</summary>
    /// <param name="start">Start state (position x, y, velocity x, y), m and m/s.</param>
    /// <param name="forces">Forces (x, y) of the steps, within the bounds, N; at least n.</param>
    /// <param name="steps">Number of steps n.</param>
    public static double[] State(ReadOnlySpan<double> start, IReadOnlyList<(double X, double Y)> forces, int steps)
    {
        double[] state = [.. start];
        for (int axis = 0; axis < 2; axis++)
        {
            state[axis] += steps * Period * start[2 + axis];
            for (int k = 0; k < steps; k++)
            {
                double force = axis == 0 ? forces[k].X : forces[k].Y;
                state[axis] += Period * Period * (steps - k - 0.5) * force;
                state[2 + axis] += Period * force;
            }
        }
        return state;
    }

    /// <summary>The return of all steps, and its gradient with respect to start state and forces.</summary>
    /// <param name="start">Start state (position x, y, velocity x, y), m and m/s.</param>
    /// <param name="forces">Forces (x, y) of the steps, within the bounds, N.</param>
    public static (double Return, double[] ByStart, (double X, double Y)[] ByForces) Gradient(
        ReadOnlySpan<double> start, IReadOnlyList<(double X, double Y)> forces)
    {
        double sum = 0;
        var byStart = new double[4];
        var byForces = new double[forces.Count][];
        for (int k = 0; k < forces.Count; k++)
            byForces[k] = [-2 * EffortCost * forces[k].X, -2 * EffortCost * forces[k].Y];
        for (int n = 1; n <= forces.Count; n++)
        {
            var s = State(start, forces, n);
            var (x, y) = forces[n - 1];
            double near = 1 / (1 + (s[0] * s[0]) + (s[1] * s[1]));
            sum += near - (SpeedCost * ((s[2] * s[2]) + (s[3] * s[3]))) - (EffortCost * ((x * x) + (y * y)));
            for (int axis = 0; axis < 2; axis++)
            {
                double byPosition = -2 * near * near * s[axis], bySpeed = -2 * SpeedCost * s[2 + axis];
                byStart[axis] += byPosition;
                byStart[2 + axis] += (byPosition * n * Period) + bySpeed;
                for (int k = 0; k < n; k++)
                    byForces[k][axis] += (byPosition * Period * Period * (n - k - 0.5)) + (bySpeed * Period);
            }
        }
        return (sum, byStart, [.. byForces.Select(f => (f[0], f[1]))]);
    }
}
