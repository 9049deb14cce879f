using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>Floats on a cache line's boundary, zero at first, outside the managed heap.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public NativeBuffer(int length)
    {
        Length = length;
        // one vector more, for whole-vector reads of a row's end
        nuint bytes = (nuint)(length + MlpLayout.Pad) * sizeof(float);
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeBuffer() => Free();

    public int Length { get; }

    public float* Pointer { get; private set; }

    public Span<float> Values => new(Pointer, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
