using System.Numerics;

namespace MujocoSharp.Native;

/// <summary>Finds NaN and infinity.</summary>
internal static class NonFinite
{
    /// <summary>Index of the first value that is not a finite number; -1 where all are.</summary>
    public static int IndexOfNonFinite<T>(this ReadOnlySpan<T> values)
        where T : IFloatingPointIeee754<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!T.IsFinite(values[i])) return i;
        }
        return -1;
    }
}
