namespace MbMix.Learning;

/// <summary>Random orthogonal matrices.</summary>
internal static class Orthogonal
{
    /// <summary>
    /// Fills a row-major matrix with orthonormal rows or columns, whichever are fewer, times a gain. Gram-Schmidt
    /// orthogonalization of normal random numbers, in double precision and twice per vector, samples such matrices
    /// uniformly.
    /// </summary>
    public static void Fill(Span<float> matrix, int rows, int columns, double gain, CounterRandom random, long counter)
    {
        var normal = new float[rows * columns];
        random.Normal(normal, counter);
        int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
        var basis = new double[count][];
        for (int i = 0; i < count; i++)
        {
            var v = basis[i] = new double[length];
            for (int k = 0; k < length; k++) v[k] = normal[i * length + k];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    double dot = Dot(v, basis[j]);
                    for (int k = 0; k < length; k++) v[k] -= dot * basis[j][k];
                }
            }
            double norm = Math.Sqrt(Dot(v, v));
            for (int k = 0; k < length; k++) v[k] /= norm;
        }
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                matrix[r * columns + c] = (float)(gain * (rows <= columns ? basis[r][c] : basis[c][r]));
        }
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
