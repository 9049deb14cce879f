using System.Numerics;
using System.Runtime.InteropServices;

namespace MbMix.Numerics;

/// <summary>Finds rows of a batch that hold NaN or an infinity.</summary>
public static class FiniteRows
{
    /// <summary>Returns whether every element of a CPU tensor is finite.</summary>
    /// <param name="tensor">float32 or float64, of any shape and stride.</param>
    public static bool AllFinite(this Tensor tensor)
    {
        using var copy = tensor.is_contiguous() ? null : tensor.contiguous();
        return IsFinite((copy ?? tensor).bytes, tensor.dtype);
    }

    /// <summary>Marks the rows with an element that is not finite; the marks of other rows stay as they are.</summary>
    /// <param name="tensor">CPU tensor <c>[B, ...]</c>, float32 or float64, of any stride.</param>
    /// <param name="marks">One mark per row, B.</param>
    /// <returns>Whether there is such a row.</returns>
    public static bool MarkNotFinite(this Tensor tensor, Span<bool> marks)
    {
        using var copy = tensor.is_contiguous() ? null : tensor.contiguous();
        ReadOnlySpan<byte> bytes = (copy ?? tensor).bytes;
        if (IsFinite(bytes, tensor.dtype)) return false;
        int width = bytes.Length / marks.Length;
        for (int row = 0; row < marks.Length; row++)
            marks[row] |= !IsFinite(bytes.Slice(row * width, width), tensor.dtype);
        return true;
    }

    private static bool IsFinite(ReadOnlySpan<byte> bytes, torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float32 => IsFinite(MemoryMarshal.Cast<byte, float>(bytes)),
        torch.ScalarType.Float64 => IsFinite(MemoryMarshal.Cast<byte, double>(bytes)),
        _ => throw new ArgumentException($"A tensor of {type} is not one of float32 or float64."),
    };

    private static bool IsFinite<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // x - x is 0 for a finite x and NaN for any other
        var sum = Vector<T>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var x = new Vector<T>(values[i..]);
            sum += x - x;
        }
        var rest = Vector.Sum(sum);
        for (; i < values.Length; i++) rest += values[i] - values[i];
        return rest == T.Zero;
    }
}
