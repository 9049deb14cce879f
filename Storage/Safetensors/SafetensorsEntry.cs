namespace MbMix.Storage;

/// <summary>One named array of a checkpoint.</summary>
/// <param name="Type">Element type in the words of the safetensors format, such as <c>F32</c>.</param>
/// <param name="ElementSize">Bytes per element.</param>
/// <param name="Shape">Sizes of the axes; empty for a scalar.</param>
/// <param name="Data">Little-endian elements in row-major order.</param>
internal sealed record SafetensorsEntry(string Type, int ElementSize, long[] Shape, ReadOnlyMemory<byte> Data);
