namespace MbMix.Differentiation;

/// <summary>
/// Sine, cosine, arc tangent and exponential expressed in arithmetic: range reduction followed by Taylor polynomials
/// whose first omitted term is below half a unit in the last place. A library call costs an order of magnitude more per
/// vector and spills all registers.
/// </summary>
internal sealed class Elementary(Graph graph, Precision precision)
{
    private readonly bool single = precision == Precision.Single;

    public int Sine(int x)
    {
        var (quadrant, odd, sine, cosine) = ReduceAngle(x);
        int value = graph.Select(odd, cosine, sine);
        int negative = graph.Or(graph.Greater(quadrant, C(1.5)), graph.Greater(C(-0.5), quadrant));
        return graph.Select(negative, graph.Negate(value), value);
    }

    public int Cosine(int x)
    {
        var (quadrant, odd, sine, cosine) = ReduceAngle(x);
        int value = graph.Select(odd, sine, cosine);
        int negative = graph.Or(graph.Greater(quadrant, C(0.5)), graph.Greater(C(-1.5), quadrant));
        return graph.Select(negative, graph.Negate(value), value);
    }

    public int ArcTangent(int y, int x)
    {
        int absX = graph.Maximum(x, graph.Negate(x)), absY = graph.Maximum(y, graph.Negate(y));
        int larger = graph.Maximum(absX, absY), smaller = graph.Minimum(absX, absY);
        int t = graph.Divide(smaller, graph.Select(graph.Greater(larger, C(0)), larger, C(1)));

        // atan t = pi/4 + atan((t - 1)/(t + 1)) brings the argument below tan(pi/8)
        int big = graph.Greater(t, C(Math.Tan(Math.PI / 8)));
        int u = graph.Select(big, graph.Divide(graph.Subtract(t, C(1)), graph.Add(t, C(1))), t);
        var coefficients = new double[single ? 11 : 21];
        for (int k = 0; k < coefficients.Length; k++) coefficients[k] = (k % 2 == 0 ? 1.0 : -1.0) / (2 * k + 1);
        int small = graph.Multiply(u, Polynomial(graph.Multiply(u, u), coefficients));
        int angle = graph.Add(small, graph.Select(big, C(Math.PI / 4), C(0)));

        angle = graph.Select(graph.Greater(absY, absX), graph.Subtract(C(Math.PI / 2), angle), angle);
        angle = graph.Select(graph.Greater(C(0), x), graph.Subtract(C(Math.PI), angle), angle);
        return graph.Select(graph.Greater(C(0), y), graph.Negate(angle), angle);
    }

    public int Exponential(int x)
    {
        double low = single ? -87 : -708, high = single ? 88 : 709;
        int clipped = graph.Minimum(graph.Maximum(x, C(low)), C(high));
        int n = graph.Round(graph.Multiply(C(1 / Math.Log(2)), clipped));
        int r = SubtractMultiple(clipped, n, 0.69314718055994530942, 2.3190468138462995584e-17);
        var coefficients = new double[single ? 9 : 14];
        double factorial = 1;
        for (int k = 0; k < coefficients.Length; factorial *= ++k) coefficients[k] = 1 / factorial;
        int value = graph.Multiply(graph.PowerOfTwo(n), Polynomial(r, coefficients));
        value = graph.Select(graph.Greater(C(low), x), C(0), value);
        return graph.Select(graph.Greater(x, C(high)), C(double.PositiveInfinity), value);
    }

    /// <summary>
    /// Writes x as q pi/2 + r with |r| at most pi/4. Returns q modulo 4 (in -2..2), whether q is odd, and sine and
    /// cosine of r.
    /// </summary>
    private (int Quadrant, int Odd, int Sine, int Cosine) ReduceAngle(int x)
    {
        int q = graph.Round(graph.Multiply(C(2 / Math.PI), x));
        int r = SubtractMultiple(x, q, 1.5707963267948966192, 6.123233995736766036e-17);
        int z = graph.Multiply(r, r);

        int sineTerms = single ? 5 : 8, cosineTerms = single ? 6 : 9;
        var sine = new double[sineTerms];
        var cosine = new double[cosineTerms];
        double factorial = 1;
        for (int k = 0; k < 2 * cosineTerms; factorial *= ++k)
        {
            double coefficient = (k / 2 % 2 == 0 ? 1.0 : -1.0) / factorial;
            if (k % 2 == 0) cosine[k / 2] = coefficient;
            else if (k / 2 < sineTerms) sine[k / 2] = coefficient;
        }

        // in the form r + r z p(z), a small r keeps its last bits
        int sineOfR = graph.Add(r, graph.Multiply(graph.Multiply(r, z), Polynomial(z, sine.AsSpan(1))));
        int cosineOfR = Polynomial(z, cosine);
        int quadrant = graph.Subtract(q, graph.Multiply(C(4), graph.Round(graph.Multiply(C(0.25), q))));
        int half = graph.Subtract(q, graph.Multiply(C(2), graph.Round(graph.Multiply(C(0.5), q))));
        return (quadrant, graph.Greater(graph.Multiply(half, half), C(0.5)), sineOfR, cosineOfR);
    }

    /// <summary>
    /// x - n (high + low), with the constant split into as many parts as the precision needs. Each product is fused
    /// with its subtraction and thus exact.
    /// </summary>
    private int SubtractMultiple(int x, int n, double high, double low)
    {
        if (!single)
        {
            int near = graph.Subtract(x, graph.Multiply(C(high), n));
            return graph.Subtract(near, graph.Multiply(C(low), n));
        }
        double rest = high;
        for (int part = 0; part < 3; part++)
        {
            float piece = (float)rest;
            x = graph.Subtract(x, graph.Multiply(C(piece), n));
            rest -= piece;
        }
        return x;
    }

    private int Polynomial(int x, ReadOnlySpan<double> coefficients)
    {
        int sum = C(coefficients[^1]);
        for (int k = coefficients.Length - 2; k >= 0; k--) sum = graph.Add(graph.Multiply(sum, x), C(coefficients[k]));
        return sum;
    }

    private int C(double value) => graph.Constant(value);
}
