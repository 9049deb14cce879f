using System.Numerics;
using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>Operations on the rows of matrices with and without padding.</summary>
internal static unsafe class Rows
{
    /// <summary>Copies the first columns of each row.</summary>
    public static void Copy(
        int rows, int columns, float* source, nint sourceRow, float* destination, nint destinationRow)
    {
        if (columns == 1)
        {
            for (int r = 0; r < rows; r++) destination[r * destinationRow] = source[r * sourceRow];
            return;
        }
        for (int r = 0; r < rows; r++)
        {
            var row = new Span<float>(source + (r * sourceRow), columns);
            row.CopyTo(new Span<float>(destination + (r * destinationRow), columns));
        }
    }

    /// <summary>Copies dense rows to padded rows and clears the padding.</summary>
    public static void Pad(int rows, int columns, float* source, float* destination, int width)
    {
        if (columns < width) new Span<float>(destination, rows * width).Clear();
        Copy(rows, columns, source, columns, destination, width);
    }

    /// <summary>Copies dense rows to padded rows, and clears the padding and all further rows.</summary>
    public static void Fill(int rows, int allRows, int columns, float* source, float* destination, int width)
    {
        Pad(rows, columns, source, destination, width);
        new Span<float>(destination + (rows * width), (allRows - rows) * width).Clear();
    }

    /// <summary>Computes <c>(x - mean) * scale</c> per column; copies if there is no mean and scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(
        int rows, int columns, float* source, float[]? mean, float[]? scale, float* destination)
    {
        if (mean is null || scale is null)
        {
            new Span<float>(source, rows * columns).CopyTo(new Span<float>(destination, rows * columns));
            return;
        }
        fixed (float* m = mean, s = scale)
        {
            for (int r = 0; r < rows; r++, source += columns, destination += columns)
            {
                int i = 0;
                for (; i + Vector<float>.Count <= columns; i += Vector<float>.Count)
                    Vector.Store((Vector.Load(source + i) - Vector.Load(m + i)) * Vector.Load(s + i), destination + i);
                for (; i < columns; i++) destination[i] = (source[i] - m[i]) * s[i];
            }
        }
    }

    /// <summary>
    /// Copies padded rows to dense rows and multiplies each column by its factor, if there are factors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScaleColumns(
        int rows, int columns, float* source, nint sourceRow, float[]? scale, float* destination)
    {
        if (scale is null)
        {
            Copy(rows, columns, source, sourceRow, destination, columns);
            return;
        }
        fixed (float* s = scale)
        {
            for (int r = 0; r < rows; r++, source += sourceRow, destination += columns)
            {
                int i = 0;
                for (; i + Vector<float>.Count <= columns; i += Vector<float>.Count)
                    Vector.Store(Vector.Load(source + i) * Vector.Load(s + i), destination + i);
                for (; i < columns; i++) destination[i] = source[i] * s[i];
            }
        }
    }
}
