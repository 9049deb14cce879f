using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MbMix.TestKit;

/// <summary>Where tensors lie, and how many there are.</summary>
internal static class Memory
{
    /// <summary>
    /// Number of tensors that this thread has made and not disposed. Unlike the number in the whole process, it does
    /// not depend on what other threads and the garbage collector do.
    /// </summary>
    public static long LiveTensors => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>Whether two tensors share memory; false if one of them is not contiguous or has no elements.</summary>
    public static unsafe bool Overlap(Tensor left, Tensor right)
    {
        if (left.numel() == 0 || right.numel() == 0 || !left.is_contiguous() || !right.is_contiguous()) return false;
        ReadOnlySpan<byte> a = left.bytes, b = right.bytes;
        byte* first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(a));
        byte* second = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(b));
        return first < second + b.Length && second < first + a.Length;
    }
}
