namespace MbMix.Differentiation;

/// <summary>Rows of a matrix to the lanes of a block of values, and back.</summary>
internal static unsafe class LaneRows
{
    /// <summary>Rows to lanes. Missing rows of the last block repeat its first one, so that idle lanes compute something harmless.</summary>
    public static void Gather<T>(T* rows, int count, int size, T* values, int lanes)
        where T : unmanaged
    {
        for (int l = 0; l < lanes; l++)
        {
            T* row = rows + ((l < count ? l : 0) * size);
            for (int i = 0; i < size; i++) values[(i * lanes) + l] = row[i];
        }
    }

    /// <summary>Lanes to rows.</summary>
    public static void Scatter<T>(T* values, int count, int size, T* rows, int lanes)
        where T : unmanaged
    {
        for (int l = 0; l < count; l++)
        {
            for (int i = 0; i < size; i++) rows[(l * size) + i] = values[(i * lanes) + l];
        }
    }
}
