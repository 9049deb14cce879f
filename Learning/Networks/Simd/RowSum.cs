using System.Runtime.CompilerServices;

namespace MbMix.Learning;

/// <summary>
/// The order in which the entries of a row are added up: 16 partial sums, one for the columns of each remainder modulo
/// 16, which are then combined pairwise. Vectors of any width keep to it, so that a sum has the same bits on every
/// machine. A vector holds a part of the partial sums: all of them, half, or a quarter.
/// </summary>
internal static unsafe class RowSum<W>
    where W : unmanaged, IWide<W>
{
    /// <summary>Number of partial sums, and the distance between columns that are added to the same one.</summary>
    public const int Stride = MlpLayout.Pad;

    /// <summary>Parts at the narrowest width.</summary>
    public const int MostParts = 4;

    /// <summary>Number of parts, each of which is a vector.</summary>
    public static int Parts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Stride / W.Count;
    }

    /// <summary>Combines the sums over the entries of each part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(float* parts) => Parts switch
    {
        1 => parts[0],
        2 => parts[0] + parts[1],
        _ => (parts[0] + parts[1]) + (parts[2] + parts[3]),
    };
}
