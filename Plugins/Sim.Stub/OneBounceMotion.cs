namespace MbMix.Sim.Stub;

/// <summary>
/// A control step of <c>stub/one-bounce-v1</c> and its derivatives in closed form. From (x, z, x', z') the ball meets
/// the floor after τ = (z' + √(z'² + 2 g z)) / g seconds. If that is within the step of h seconds, the derivative of
/// the step is Φ(h - τ) S Φ(τ), where Φ is that of free flight and S is the saltation matrix: with the reset R =
/// diag(1, 1, grip, -restitution), the velocities f⁻ and f⁺ of the state just before and after the impact and the
/// normal n = (0, 1, 0, 0) of the floor, S = R + (f⁺ - R f⁻) nᵀ / (nᵀ f⁻), which accounts for the shift of the impact
/// in time (Leine and Nijmeijer, Dynamics and Bifurcations of Non-Smooth Mechanical Systems, the chapter on fundamental
/// solution matrices).
/// </summary>
public static class OneBounceMotion
{
    /// <summary>Length h of a control step, s.</summary>
    public const double Period = 0.05;

    /// <summary>Gravity g, m/s².</summary>
    public const double Gravity = 9.81;

    /// <summary>Share of the vertical speed that is left after an impact.</summary>
    public const double Restitution = 0.8;

    /// <summary>Share of the horizontal velocity that is left after an impact.</summary>
    public const double Grip = 0.7;

    /// <summary>Largest acceleration along x, m/s².</summary>
    public const double Thrust = 5;

    /// <summary>Time until the ball meets the floor, s.</summary>
    /// <param name="state">State (x, z, x', z') with z of at least 0, m and m/s.</param>
    public static double TimeOfImpact(ReadOnlySpan<double> state) =>
        (state[3] + Math.Sqrt((state[3] * state[3]) + (2 * Gravity * state[1]))) / Gravity;

    /// <summary>The state after one control step, and its derivatives by state [4, 4] and action [4].</summary>
    /// <param name="state">State (x, z, x', z') with z above 0, m and m/s.</param>
    /// <param name="acceleration">Acceleration along x within the bounds, m/s².</param>
    public static (double[] Next, double[,] ByState, double[] ByAction) Step(
        ReadOnlySpan<double> state, double acceleration)
    {
        double time = TimeOfImpact(state);
        if (time >= Period)
            return (Flight(state, acceleration, Period), Flow(Period), Input(Period));
        double rest = Period - time;
        double[] before = Flight(state, acceleration, time);
        double[] after = [before[0], before[1], Grip * before[2], -Restitution * before[3]];
        double[,] saltation = Saltation(before, after, acceleration);
        var byAction = Product(Flow(rest), Product(saltation, Input(time)));
        for (int i = 0; i < 4; i++) byAction[i] += Input(rest)[i];
        var byState = Product(Flow(rest), Product(saltation, Flow(time)));
        return (Flight(after, acceleration, rest), byState, byAction);
    }

    private static double[,] Saltation(double[] before, double[] after, double acceleration)
    {
        double[] reset = [1, 1, Grip, -Restitution];
        double[] f = [before[2], before[3], acceleration, -Gravity];
        double[] g = [after[2], after[3], acceleration, -Gravity];
        var s = new double[4, 4];
        for (int i = 0; i < 4; i++)
        {
            s[i, i] = reset[i];
            s[i, 1] += (g[i] - (reset[i] * f[i])) / f[1];
        }
        return s;
    }

    private static double[] Flight(ReadOnlySpan<double> s, double acceleration, double t) =>
    [
        s[0] + (s[2] * t) + (acceleration * t * t / 2), s[1] + (s[3] * t) - (Gravity * t * t / 2),
        s[2] + (acceleration * t), s[3] - (Gravity * t),
    ];

    private static double[,] Flow(double t) => new[,]
    {
        { 1, 0, t, 0 }, { 0, 1, 0, t }, { 0, 0, 1, 0 }, { 0, 0, 0, 1 },
    };

    private static double[] Input(double t) => [t * t / 2, 0, t, 0];

    private static double[,] Product(double[,] left, double[,] right)
    {
        var product = new double[4, 4];
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                for (int k = 0; k < 4; k++) product[i, j] += left[i, k] * right[k, j];
            }
        }
        return product;
    }

    private static double[] Product(double[,] left, double[] right)
    {
        var product = new double[4];
        for (int i = 0; i < 4; i++)
        {
            for (int k = 0; k < 4; k++) product[i] += left[i, k] * right[k];
        }
        return product;
    }
}
