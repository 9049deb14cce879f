using System.Runtime.InteropServices;

namespace MbMix.Hosting;

/// <summary>A named array of an exported policy.</summary>
/// <param name="Name">Its name, the same in all formats.</param>
/// <param name="Values">The numbers, row-major.</param>
/// <param name="Shape">Sizes of the axes; empty for a single number.</param>
internal sealed record PolicyTensor(string Name, float[] Values, long[] Shape)
{
    /// <summary>Creates a vector.</summary>
    public static PolicyTensor Vector(string name, float[] values) => new(name, values, [values.Length]);

    /// <summary>Copies the numbers as bytes, little-endian.</summary>
    public byte[] Bytes() => MemoryMarshal.AsBytes(Values.AsSpan()).ToArray();
}
