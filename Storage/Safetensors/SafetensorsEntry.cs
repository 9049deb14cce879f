namespace MbMix.Storage;

/// <summary>One array of a safetensors file.</summary>
/// <param name="Type">Name of the element type in the safetensors format, such as <c>F32</c>.</param>
/// <param name="ElementSize">Number of bytes per element.</param>
/// <param name="Shape">Sizes of the axes; empty for a scalar.</param>
/// <param name="Data">Little-endian elements in row-major order.</param>
internal sealed record SafetensorsEntry(string Type, int ElementSize, long[] Shape, ReadOnlyMemory<byte> Data);
