using System.Runtime.InteropServices;

namespace MbMix.Differentiation;

/// <summary>Memory of one thread: the values of a block of lanes, and the scratch memory of kernels.</summary>
internal sealed unsafe class KernelMemory(int valueBytes, int workBytes)
{
    private int size = workBytes;

    public nint Values { get; } = (nint)NativeMemory.AlignedAlloc((nuint)valueBytes, 64);

    public nint Work { get; private set; } = (nint)NativeMemory.AlignedAlloc((nuint)workBytes, 64);

    ~KernelMemory()
    {
        NativeMemory.AlignedFree((void*)Values);
        NativeMemory.AlignedFree((void*)Work);
    }

    public void EnsureWork(int needed)
    {
        if (needed <= size) return;
        NativeMemory.AlignedFree((void*)Work);
        Work = (nint)NativeMemory.AlignedAlloc((nuint)needed, 64);
        size = needed;
    }
}
