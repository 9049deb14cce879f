using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MujocoSharp.Native;

/// <summary>Replaces MuJoCo's allocator by one that works the same but is limited while a model is loaded.</summary>
internal static unsafe class EngineMemory
{
    // MuJoCo expects blocks aligned to 64 bytes; the size is stored in front of each block
    private const int Alignment = 64;

    /// <summary>Installs the allocator. Call it before MuJoCo allocates anything.</summary>
    public static void Install(nint library)
    {
        *(nint*)NativeLibrary.GetExport(library, "mju_user_malloc") =
            (nint)(delegate* unmanaged[Cdecl]<nuint, void*>)&Allocate;
        *(nint*)NativeLibrary.GetExport(library, "mju_user_free") =
            (nint)(delegate* unmanaged[Cdecl]<void*, void>)&Free;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Allocate(nuint size)
    {
        var thread = GuardedThread.Current;
        if (size > (nuint)thread.MemoryLeft)
        {
            thread.MemoryRefused = Math.Max(thread.MemoryRefused, (long)Math.Min(size, long.MaxValue));
            return null;
        }
        byte* block;
        try
        {
            block = (byte*)NativeMemory.AlignedAlloc(size + Alignment, Alignment);
        }
        catch (OutOfMemoryException)
        {
            thread.MemoryRefused = (long)size;
            return null;
        }
        *(nuint*)block = size;
        if (thread.MemoryLeft != long.MaxValue) thread.MemoryLeft -= (long)size;
        thread.Blocks?.Add((nint)(block + Alignment), (long)size);
        return block + Alignment;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(void* memory)
    {
        if (memory is null) return;
        byte* block = (byte*)memory - Alignment;
        var thread = GuardedThread.Current;
        if (thread.MemoryLeft != long.MaxValue) thread.MemoryLeft += *(long*)block;
        thread.Blocks?.Remove((nint)memory);
        NativeMemory.AlignedFree(block);
    }
}
