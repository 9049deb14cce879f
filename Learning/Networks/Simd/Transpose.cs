using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MbMix.Learning;

/// <summary>Transposes a matrix in blocks of 4 by 4.</summary>
internal static unsafe class Transpose
{
    /// <summary>Writes the transpose.</summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="source">Source.</param>
    /// <param name="sourceRow">Distance between rows of the source.</param>
    /// <param name="destination">Receives <c>[columns, rows]</c>; the gaps between its rows are not touched.</param>
    /// <param name="destinationRow">Distance between rows of the destination.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        int rows, int columns, float* source, nint sourceRow, float* destination, nint destinationRow)
    {
        int r = 0;
        for (; r + 4 <= rows; r += 4)
        {
            float* from = source + (r * sourceRow), to = destination + r;
            int c = 0;
            for (; c + 4 <= columns; c += 4, from += 4, to += 4 * destinationRow)
                Block(from, sourceRow, to, destinationRow);
            for (; c < columns; c++)
            {
                for (int i = 0; i < 4; i++)
                    destination[(c * destinationRow) + r + i] = source[((r + i) * sourceRow) + c];
            }
        }
        for (; r < rows; r++)
        {
            for (int c = 0; c < columns; c++) destination[(c * destinationRow) + r] = source[(r * sourceRow) + c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* from, nint sourceRow, float* to, nint destinationRow)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + sourceRow);
        Vector128<float> c = Vector128.Load(from + (2 * sourceRow)), d = Vector128.Load(from + (3 * sourceRow));
        Vector128<float> ac = Low(a, c), bd = Low(b, d), ca = High(a, c), db = High(b, d);
        Low(ac, bd).Store(to);
        High(ac, bd).Store(to + destinationRow);
        Low(ca, db).Store(to + (2 * destinationRow));
        High(ca, db).Store(to + (3 * destinationRow));
    }

    // a0 b0 a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(
        Vector128.Create(-1, 0, -1, 0).AsSingle(),
        Vector128.Shuffle(a, Vector128.Create(0, 0, 1, 1)),
        Vector128.Shuffle(b, Vector128.Create(0, 0, 1, 1)));

    // a2 b2 a3 b3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b) => Vector128.ConditionalSelect(
        Vector128.Create(-1, 0, -1, 0).AsSingle(),
        Vector128.Shuffle(a, Vector128.Create(2, 2, 3, 3)),
        Vector128.Shuffle(b, Vector128.Create(2, 2, 3, 3)));
}
