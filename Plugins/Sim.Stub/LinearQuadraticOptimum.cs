namespace MbMix.Sim.Stub;

/// <summary>
/// The optimum of <c>stub/linear-quadratic-v1</c>. With x' = A x + B u, reward -(x'ᵀ Q x' + uᵀ R u) and N steps, the
/// best return from x at step t is -xᵀ P(t) x, where P(N) = 0 and, with S = Q + P(t+1),
/// K(t) = (R + Bᵀ S B)⁻¹ Bᵀ S A and P(t) = Aᵀ S (A - B K(t)); the best action is u = -K(t) x. This is the discrete-time
/// Riccati recursion (Anderson and Moore, Optimal Control: Linear Quadratic Methods, chapter 2; Bertsekas, Dynamic
/// Programming and Optimal Control, volume I, the chapter on problems with perfect state information), with the cost of
/// a state counted where it is reached.
/// </summary>
public static class LinearQuadraticOptimum
{
    /// <summary>Steps N of an episode.</summary>
    public const int Horizon = 60;

    /// <summary>
    /// Largest absolute value of an input. From every start state, the best inputs stay within it, so that the bounds
    /// do not matter to the optimum.
    /// </summary>
    public const double ActionBound = 6;

    private static readonly Lazy<(double[,] P, double[,] K)[]> Steps = new(Solve);

    internal static double[,] A { get; } = { { 1.0, 0.1, 0.0 }, { 0.05, 0.95, 0.05 }, { 0.0, 0.02, 0.97 } };

    internal static double[,] B { get; } = { { 0.0, 0.0 }, { 0.1, 0.0 }, { 0.02, 0.1 } };

    internal static double[,] Q { get; } = { { 1.0, 0.0, 0.0 }, { 0.0, 0.1, 0.0 }, { 0.0, 0.0, 0.5 } };

    internal static double[,] R { get; } = { { 0.2, 0.0 }, { 0.0, 0.2 } };

    /// <summary>The best return, averaged over the start states, which are uniform in the cube [-1, 1]³.</summary>
    public static double MeanReturn
    {
        get
        {
            // a uniform number in [-1, 1] has mean 0 and variance 1/3
            var p = Steps.Value[0].P;
            return -(p[0, 0] + p[1, 1] + p[2, 2]) / 3;
        }
    }

    /// <summary>The best return of the rest of an episode.</summary>
    /// <param name="state">The state, 3 values.</param>
    /// <param name="step">Steps already taken, 0 to <see cref="Horizon"/>.</param>
    public static double Return(ReadOnlySpan<double> state, int step = 0)
    {
        if (step == Horizon) return 0;
        var p = Steps.Value[step].P;
        double sum = 0;
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++) sum -= state[i] * p[i, j] * state[j];
        }
        return sum;
    }

    /// <summary>The best action.</summary>
    /// <param name="state">The state, 3 values.</param>
    /// <param name="step">Steps already taken, 0 to <see cref="Horizon"/> - 1.</param>
    /// <returns>The action, 2 values.</returns>
    public static double[] Action(ReadOnlySpan<double> state, int step)
    {
        var k = Steps.Value[step].K;
        var action = new double[2];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++) action[i] -= k[i, j] * state[j];
        }
        return action;
    }

    private static (double[,] P, double[,] K)[] Solve()
    {
        var steps = new (double[,] P, double[,] K)[Horizon];
        var p = new double[3, 3];
        for (int t = Horizon - 1; t >= 0; t--)
        {
            var s = Sum(Q, p, 1);
            var weight = Sum(R, Product(Transposed(B), Product(s, B)), 1);
            var k = Product(Inverse(weight), Product(Transposed(B), Product(s, A)));
            p = Product(Transposed(A), Product(s, Sum(A, Product(B, k), -1)));
            steps[t] = (p, k);
        }
        return steps;
    }

    private static double[,] Product(double[,] left, double[,] right)
    {
        var product = new double[left.GetLength(0), right.GetLength(1)];
        for (int i = 0; i < left.GetLength(0); i++)
        {
            for (int j = 0; j < right.GetLength(1); j++)
            {
                for (int m = 0; m < left.GetLength(1); m++) product[i, j] += left[i, m] * right[m, j];
            }
        }
        return product;
    }

    private static double[,] Sum(double[,] left, double[,] right, double factor)
    {
        var sum = (double[,])left.Clone();
        for (int i = 0; i < sum.GetLength(0); i++)
        {
            for (int j = 0; j < sum.GetLength(1); j++) sum[i, j] += factor * right[i, j];
        }
        return sum;
    }

    private static double[,] Transposed(double[,] matrix)
    {
        var transposed = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++) transposed[j, i] = matrix[i, j];
        }
        return transposed;
    }

    // of a matrix of two rows, as there are two inputs
    private static double[,] Inverse(double[,] m)
    {
        double determinant = (m[0, 0] * m[1, 1]) - (m[0, 1] * m[1, 0]);
        return new[,]
        {
            { m[1, 1] / determinant, -m[0, 1] / determinant },
            { -m[1, 0] / determinant, m[0, 0] / determinant },
        };
    }
}
