using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>An array of floats outside the managed heap, aligned to a cache line and initially zero.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    public NativeBuffer(int length)
    {
        Length = length;
        // one more vector, because the end of a row may be read as a whole vector
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
