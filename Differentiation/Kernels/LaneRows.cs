namespace MbMix.Differentiation;

/// <summary>Transposes rows of a matrix into the lanes of a block, and back.</summary>
internal static unsafe class LaneRows
{
    /// <summary>
    /// Copies rows to lanes. If a block has fewer rows than lanes, its first row is repeated, so that idle lanes
    /// compute something harmless.
    /// </summary>
    public static void Gather<T>(T* rows, int count, int size, T* values, int lanes)
        where T : unmanaged
    {
        for (int l = 0; l < lanes; l++)
        {
            T* row = rows + ((l < count ? l : 0) * size);
            for (int i = 0; i < size; i++) values[(i * lanes) + l] = row[i];
        }
    }

    /// <summary>Copies lanes to rows; idle lanes are dropped.</summary>
    public static void Scatter<T>(T* values, int count, int size, T* rows, int lanes)
        where T : unmanaged
    {
        for (int l = 0; l < count; l++)
        {
            for (int i = 0; i < size; i++) rows[(l * size) + i] = values[(i * lanes) + l];
        }
    }
}
