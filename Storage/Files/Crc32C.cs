using System.Buffers.Binary;
using System.Numerics;

namespace MbMix.Storage;

/// <summary>
/// Computes CRC-32C (Castagnoli) checksums, for TFRecord files and as running checksums of row segments.
/// </summary>
internal static class Crc32C
{
    /// <summary>
    /// Extends a checksum: returns that of the data behind <paramref name="crc"/> followed by <paramref name="data"/>.
    /// Begin with a checksum of 0.
    /// </summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint register = ~crc;
        while (data.Length >= 8)
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[8..];
        }
        foreach (byte b in data) register = BitOperations.Crc32C(register, b);
        return ~register;
    }
}
