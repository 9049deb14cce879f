using System.Buffers.Binary;
using System.Numerics;

namespace MbMix.Storage;

/// <summary>CRC-32C (Castagnoli), as TFRecord files want it and as a running checksum of row segments.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of <paramref name="data"/> appended to what <paramref name="crc"/> was computed from; 0 to begin.</summary>
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
