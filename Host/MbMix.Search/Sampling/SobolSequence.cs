namespace MbMix.Search;

/// <summary>
/// Points of the Sobol sequence, with the direction numbers of Joe and Kuo 2008 (SIAM J. Sci. Comput. 30:
/// "Constructing Sobol sequences with better two-dimensional projections", file new-joe-kuo-6), in the order of the
/// Gray code (Antonov and Saleev 1979).
/// </summary>
internal static class SobolSequence
{
    private const int Bits = 32;

    // from the second dimension on: the middle coefficients of the primitive polynomial as a number, then m_1, m_2 ...
    private static readonly uint[][] Table =
    [
        [0, 1],
        [1, 1, 3],
        [1, 1, 3, 1],
        [2, 1, 1, 1],
        [1, 1, 1, 3, 3],
        [4, 1, 3, 5, 13],
        [2, 1, 1, 5, 5, 17],
        [4, 1, 1, 5, 5, 5],
        [7, 1, 1, 7, 11, 19],
        [11, 1, 1, 5, 1, 1],
        [13, 1, 1, 1, 3, 11],
        [14, 1, 3, 5, 5, 31],
        [1, 1, 3, 3, 9, 7, 49],
        [13, 1, 1, 1, 15, 21, 21],
        [16, 1, 3, 1, 13, 27, 49],
        [19, 1, 1, 1, 15, 7, 5],
        [22, 1, 3, 1, 15, 13, 25],
        [25, 1, 1, 5, 5, 19, 61],
        [1, 1, 3, 7, 11, 23, 15, 103],
        [4, 1, 3, 7, 13, 13, 15, 69],
        [7, 1, 1, 3, 13, 7, 35, 63],
        [8, 1, 3, 5, 9, 1, 25, 53],
        [14, 1, 3, 1, 13, 9, 35, 107],
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, Table.Length + 1).Select(Direction)];

    /// <summary>Number of dimensions.</summary>
    public static int Dimensions => Directions.Length;

    /// <summary>Returns a coordinate of a point, as a fraction of 2^32.</summary>
    public static uint At(int index, int dimension)
    {
        uint gray = (uint)index ^ ((uint)index >> 1), sum = 0;
        uint[] directions = Directions[dimension];
        for (int bit = 0; gray != 0; bit++, gray >>= 1)
        {
            if ((gray & 1) != 0) sum ^= directions[bit];
        }
        return sum;
    }

    // the recurrence of Bratley and Fox 1988
    private static uint[] Direction(int dimension)
    {
        uint[] v = new uint[Bits];
        if (dimension == 0)
        {
            for (int i = 0; i < Bits; i++) v[i] = 1u << (Bits - 1 - i);
            return v;
        }
        uint[] row = Table[dimension - 1];
        int degree = row.Length - 1;
        for (int i = 0; i < Bits; i++)
        {
            if (i < degree)
            {
                v[i] = row[i + 1] << (Bits - 1 - i);
                continue;
            }
            v[i] = v[i - degree] ^ (v[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((row[0] >> (degree - 1 - k)) & 1) != 0) v[i] ^= v[i - k];
            }
        }
        return v;
    }
}
