using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>
/// Computes <c>C = S + A B</c> for matrices that fit into the caches. Tiles of C stay in registers over the whole inner
/// dimension. A is read entry by entry with arbitrary strides, so it may be transposed; B and C are accessed by whole
/// vectors of a row. Every entry of C is one chain of multiply-adds in the order of the inner index.
/// </summary>
internal static unsafe class MatrixProduct<W>
    where W : unmanaged, IWide<W>
{
    // 16 KB, half of a common first cache
    private const int PackedFloats = 4096;

    // fewer rows do not make up for the copy
    private const int PackedRows = 16;

    /// <summary>Computes the product.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">
    /// Columns of C. Rows of B must be readable up to the next whole vector; C is written up to n only.
    /// </param>
    /// <param name="k">Inner dimension.</param>
    /// <param name="a">A.</param>
    /// <param name="aRow">Distance between rows of A.</param>
    /// <param name="aColumn">Distance between columns of A.</param>
    /// <param name="b">B.</param>
    /// <param name="bRow">Distance between rows of B.</param>
    /// <param name="s">S; pass C itself to add the product to it.</param>
    /// <param name="sRow">Distance between rows of S; 0 to repeat a single row.</param>
    /// <param name="c">C.</param>
    /// <param name="cRow">Distance between rows of C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        int m, int n, int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c,
        nint cRow)
    {
        int column = 0;
        if (m >= PackedRows && n >= 2 * W.Count && bRow > 2 * W.Count)
        {
            column = PackedStrips(m, n, k, a, aRow, aColumn, b, bRow, s, sRow, c, cRow);
        }
        else
        {
            for (; column + (2 * W.Count) <= n; column += 2 * W.Count)
                Strip(m, k, a, aRow, aColumn, b + column, bRow, s + column, sRow, c + column, cRow);
        }
        for (; column + W.Count <= n; column += W.Count)
            Column(m, k, a, aRow, aColumn, b + column, bRow, s + column, sRow, c + column, cRow);
        if (column < n)
            LastColumns(m, n - column, k, a, aRow, aColumn, b + column, bRow, s + column, sRow, c + column, cRow);
    }

    // Rows of B that lie a power of two apart push each other out of the first cache, so a strip of B, two vectors
    // wide, is copied to one place before many rows of A pass through it. The sums of a long inner dimension wait in C
    // from one part of it to the next; that changes no bit of them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    private static int PackedStrips(
        int m, int n, int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c,
        nint cRow)
    {
        int most = PackedFloats / (2 * W.Count), column = 0;
        float* packed = stackalloc float[PackedFloats];
        for (; column + (2 * W.Count) <= n; column += 2 * W.Count)
        {
            for (int done = 0; done < k; done += most)
            {
                int part = Math.Min(most, k - done);
                float* source = b + (done * bRow) + column, target = packed;
                for (int i = 0; i < part; i++, source += bRow, target += 2 * W.Count)
                    Store(W.Load(source), W.Load(source + W.Count), target);
                bool first = done == 0;
                Strip(
                    m, part, a + (done * aColumn), aRow, aColumn, packed, 2 * W.Count, (first ? s : c) + column,
                    first ? sRow : cRow, c + column, cRow);
            }
        }
        return column;
    }

    private static void Strip(
        int m, int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        int row = 0;
        if (W.ManyRegisters)
        {
            for (; row + 8 <= m; row += 8)
                Tile8x2(k, a + (row * aRow), aRow, aColumn, b, bRow, s + (row * sRow), sRow, c + (row * cRow), cRow);
        }
        else
        {
            // rows are left over for one tile of four, or for two
            for (; row + 6 <= m && m - row != 8; row += 6)
                Tile6x2(k, a + (row * aRow), aRow, aColumn, b, bRow, s + (row * sRow), sRow, c + (row * cRow), cRow);
        }
        for (; row + 4 <= m; row += 4)
            Tile4x2(k, a + (row * aRow), aRow, aColumn, b, bRow, s + (row * sRow), sRow, c + (row * cRow), cRow);
        for (; row < m; row++)
            Tile1x2(k, a + (row * aRow), aColumn, b, bRow, s + (row * sRow), c + (row * cRow));
    }

    private static void Column(
        int m, int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        int row = 0;
        for (; row + 8 <= m; row += 8)
            Tile8x1(k, a + (row * aRow), aRow, aColumn, b, bRow, s + (row * sRow), sRow, c + (row * cRow), cRow);
        for (; row < m; row++) Tile1x1(k, a + (row * aRow), aColumn, b, bRow, s + (row * sRow), c + (row * cRow));
    }

    // columns that do not fill a vector are computed in a small buffer
    private static void LastColumns(
        int m, int n, int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c,
        nint cRow)
    {
        float* buffer = stackalloc float[8 * W.Count];
        new Span<float>(buffer, 8 * W.Count).Clear();
        for (int row = 0; row < m; row += 8)
        {
            int rows = Math.Min(8, m - row);
            for (int i = 0; i < rows; i++)
                new Span<float>(s + ((row + i) * sRow), n).CopyTo(new Span<float>(buffer + (i * W.Count), n));
            Column(rows, k, a + (row * aRow), aRow, aColumn, b, bRow, buffer, W.Count, buffer, W.Count);
            for (int i = 0; i < rows; i++)
                new Span<float>(buffer + (i * W.Count), n).CopyTo(new Span<float>(c + ((row + i) * cRow), n));
        }
    }

    // 16 sums, 2 vectors of B and one broadcast value: for 32 registers
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x2(
        int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        float* a3 = a + (3 * aRow), a6 = a + (6 * aRow);
        nint two = 2 * aRow;
        W c00 = W.Load(s), c01 = W.Load(s + W.Count), c10 = W.Load(s + sRow), c11 = W.Load(s + sRow + W.Count);
        W c20 = W.Load(s + (2 * sRow)), c21 = W.Load(s + (2 * sRow) + W.Count);
        W c30 = W.Load(s + (3 * sRow)), c31 = W.Load(s + (3 * sRow) + W.Count);
        s += 4 * sRow;
        W c40 = W.Load(s), c41 = W.Load(s + W.Count), c50 = W.Load(s + sRow), c51 = W.Load(s + sRow + W.Count);
        W c60 = W.Load(s + (2 * sRow)), c61 = W.Load(s + (2 * sRow) + W.Count);
        W c70 = W.Load(s + (3 * sRow)), c71 = W.Load(s + (3 * sRow) + W.Count);
        for (int i = 0; i < k; i++)
        {
            W b0 = W.Load(b), b1 = W.Load(b + W.Count);
            W x = W.Splat(*a);
            (c00, c01) = (W.MultiplyAdd(x, b0, c00), W.MultiplyAdd(x, b1, c01));
            x = W.Splat(a[aRow]);
            (c10, c11) = (W.MultiplyAdd(x, b0, c10), W.MultiplyAdd(x, b1, c11));
            x = W.Splat(a[two]);
            (c20, c21) = (W.MultiplyAdd(x, b0, c20), W.MultiplyAdd(x, b1, c21));
            x = W.Splat(*a3);
            (c30, c31) = (W.MultiplyAdd(x, b0, c30), W.MultiplyAdd(x, b1, c31));
            x = W.Splat(a3[aRow]);
            (c40, c41) = (W.MultiplyAdd(x, b0, c40), W.MultiplyAdd(x, b1, c41));
            x = W.Splat(a3[two]);
            (c50, c51) = (W.MultiplyAdd(x, b0, c50), W.MultiplyAdd(x, b1, c51));
            x = W.Splat(*a6);
            (c60, c61) = (W.MultiplyAdd(x, b0, c60), W.MultiplyAdd(x, b1, c61));
            x = W.Splat(a6[aRow]);
            (c70, c71) = (W.MultiplyAdd(x, b0, c70), W.MultiplyAdd(x, b1, c71));
            a += aColumn;
            a3 += aColumn;
            a6 += aColumn;
            b += bRow;
        }
        Store(c00, c01, c);
        Store(c10, c11, c + cRow);
        Store(c20, c21, c + (2 * cRow));
        Store(c30, c31, c + (3 * cRow));
        c += 4 * cRow;
        Store(c40, c41, c);
        Store(c50, c51, c + cRow);
        Store(c60, c61, c + (2 * cRow));
        Store(c70, c71, c + (3 * cRow));
    }

    // 12 sums, 2 vectors of B and one broadcast value: for 16 registers
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x2(
        int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        float* a3 = a + (3 * aRow), s3 = s + (3 * sRow);
        nint two = 2 * aRow;
        W c00 = W.Load(s), c01 = W.Load(s + W.Count), c10 = W.Load(s + sRow), c11 = W.Load(s + sRow + W.Count);
        W c20 = W.Load(s + (2 * sRow)), c21 = W.Load(s + (2 * sRow) + W.Count);
        W c30 = W.Load(s3), c31 = W.Load(s3 + W.Count), c40 = W.Load(s3 + sRow), c41 = W.Load(s3 + sRow + W.Count);
        W c50 = W.Load(s3 + (2 * sRow)), c51 = W.Load(s3 + (2 * sRow) + W.Count);
        for (int i = 0; i < k; i++)
        {
            W b0 = W.Load(b), b1 = W.Load(b + W.Count);
            W x = W.Splat(*a);
            (c00, c01) = (W.MultiplyAdd(x, b0, c00), W.MultiplyAdd(x, b1, c01));
            x = W.Splat(a[aRow]);
            (c10, c11) = (W.MultiplyAdd(x, b0, c10), W.MultiplyAdd(x, b1, c11));
            x = W.Splat(a[two]);
            (c20, c21) = (W.MultiplyAdd(x, b0, c20), W.MultiplyAdd(x, b1, c21));
            x = W.Splat(*a3);
            (c30, c31) = (W.MultiplyAdd(x, b0, c30), W.MultiplyAdd(x, b1, c31));
            x = W.Splat(a3[aRow]);
            (c40, c41) = (W.MultiplyAdd(x, b0, c40), W.MultiplyAdd(x, b1, c41));
            x = W.Splat(a3[two]);
            (c50, c51) = (W.MultiplyAdd(x, b0, c50), W.MultiplyAdd(x, b1, c51));
            a += aColumn;
            a3 += aColumn;
            b += bRow;
        }
        Store(c00, c01, c);
        Store(c10, c11, c + cRow);
        Store(c20, c21, c + (2 * cRow));
        c += 3 * cRow;
        Store(c30, c31, c);
        Store(c40, c41, c + cRow);
        Store(c50, c51, c + (2 * cRow));
    }

    // 8 sums
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4x2(
        int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        float* a3 = a + (3 * aRow);
        nint two = 2 * aRow;
        W c00 = W.Load(s), c01 = W.Load(s + W.Count), c10 = W.Load(s + sRow), c11 = W.Load(s + sRow + W.Count);
        W c20 = W.Load(s + (2 * sRow)), c21 = W.Load(s + (2 * sRow) + W.Count);
        W c30 = W.Load(s + (3 * sRow)), c31 = W.Load(s + (3 * sRow) + W.Count);
        for (int i = 0; i < k; i++)
        {
            W b0 = W.Load(b), b1 = W.Load(b + W.Count);
            W x = W.Splat(*a);
            (c00, c01) = (W.MultiplyAdd(x, b0, c00), W.MultiplyAdd(x, b1, c01));
            x = W.Splat(a[aRow]);
            (c10, c11) = (W.MultiplyAdd(x, b0, c10), W.MultiplyAdd(x, b1, c11));
            x = W.Splat(a[two]);
            (c20, c21) = (W.MultiplyAdd(x, b0, c20), W.MultiplyAdd(x, b1, c21));
            x = W.Splat(*a3);
            (c30, c31) = (W.MultiplyAdd(x, b0, c30), W.MultiplyAdd(x, b1, c31));
            a += aColumn;
            a3 += aColumn;
            b += bRow;
        }
        Store(c00, c01, c);
        Store(c10, c11, c + cRow);
        Store(c20, c21, c + (2 * cRow));
        Store(c30, c31, c + (3 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x2(int k, float* a, nint aColumn, float* b, nint bRow, float* s, float* c)
    {
        W c0 = W.Load(s), c1 = W.Load(s + W.Count);
        for (int i = 0; i < k; i++)
        {
            W x = W.Splat(*a);
            (c0, c1) = (W.MultiplyAdd(x, W.Load(b), c0), W.MultiplyAdd(x, W.Load(b + W.Count), c1));
            a += aColumn;
            b += bRow;
        }
        Store(c0, c1, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8x1(
        int k, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* s, nint sRow, float* c, nint cRow)
    {
        float* a3 = a + (3 * aRow), a6 = a + (6 * aRow);
        nint two = 2 * aRow;
        W c0 = W.Load(s), c1 = W.Load(s + sRow), c2 = W.Load(s + (2 * sRow)), c3 = W.Load(s + (3 * sRow));
        s += 4 * sRow;
        W c4 = W.Load(s), c5 = W.Load(s + sRow), c6 = W.Load(s + (2 * sRow)), c7 = W.Load(s + (3 * sRow));
        for (int i = 0; i < k; i++)
        {
            W x = W.Load(b);
            c0 = W.MultiplyAdd(W.Splat(*a), x, c0);
            c1 = W.MultiplyAdd(W.Splat(a[aRow]), x, c1);
            c2 = W.MultiplyAdd(W.Splat(a[two]), x, c2);
            c3 = W.MultiplyAdd(W.Splat(*a3), x, c3);
            c4 = W.MultiplyAdd(W.Splat(a3[aRow]), x, c4);
            c5 = W.MultiplyAdd(W.Splat(a3[two]), x, c5);
            c6 = W.MultiplyAdd(W.Splat(*a6), x, c6);
            c7 = W.MultiplyAdd(W.Splat(a6[aRow]), x, c7);
            a += aColumn;
            a3 += aColumn;
            a6 += aColumn;
            b += bRow;
        }
        W.Store(c0, c);
        W.Store(c1, c + cRow);
        W.Store(c2, c + (2 * cRow));
        W.Store(c3, c + (3 * cRow));
        c += 4 * cRow;
        W.Store(c4, c);
        W.Store(c5, c + cRow);
        W.Store(c6, c + (2 * cRow));
        W.Store(c7, c + (3 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1(int k, float* a, nint aColumn, float* b, nint bRow, float* s, float* c)
    {
        W sum = W.Load(s);
        for (int i = 0; i < k; i++) sum = W.MultiplyAdd(W.Splat(a[i * aColumn]), W.Load(b + (i * bRow)), sum);
        W.Store(sum, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(W first, W second, float* destination)
    {
        W.Store(first, destination);
        W.Store(second, destination + W.Count);
    }
}
