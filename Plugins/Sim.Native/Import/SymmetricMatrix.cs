namespace MbMix.Sim.Native;

/// <summary>Eigenvalues of symmetric 3 by 3 matrices, given as xx, yy, zz, xy, xz, yz.</summary>
internal static class SymmetricMatrix
{
    /// <summary>Computes eigenvalues and eigenvectors by Jacobi's rotations.</summary>
    /// <returns>The eigenvalues, and a matrix with the eigenvectors as columns.</returns>
    public static (double[] Values, double[,] Vectors) Eigen(double[] matrix)
    {
        double[,] a =
        {
            { matrix[0], matrix[3], matrix[4] },
            { matrix[3], matrix[1], matrix[5] },
            { matrix[4], matrix[5], matrix[2] },
        };
        double[,] v = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
        for (int sweep = 0; sweep < 50; sweep++)
        {
            for (int p = 0; p < 2; p++)
            {
                for (int q = p + 1; q < 3; q++) Rotate(a, v, p, q);
            }
        }
        return ([a[0, 0], a[1, 1], a[2, 2]], v);
    }

    /// <summary>The matrix with given eigenvalues and eigenvectors.</summary>
    public static double[] From(double[] values, double[,] vectors)
    {
        double At(int i, int j) => Enumerable.Range(0, 3).Sum(k => values[k] * vectors[i, k] * vectors[j, k]);
        return [At(0, 0), At(1, 1), At(2, 2), At(0, 1), At(0, 2), At(1, 2)];
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (Math.Abs(a[p, q]) <= 1e-300) return;
        double ratio = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = Math.Sign(ratio == 0 ? 1 : ratio) / (Math.Abs(ratio) + Math.Sqrt((ratio * ratio) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < 3; k++) (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (int k = 0; k < 3; k++) (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        for (int k = 0; k < 3; k++) (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
    }
}
