using System.Runtime.CompilerServices;
using TorchSharp;

namespace MbMix.Storage;

/// <summary>Maps element types to their names in the safetensors format.</summary>
internal static class ElementTypes
{
    private static readonly Dictionary<string, int> Sizes = new()
    {
        ["F64"] = 8,
        ["I64"] = 8,
        ["U64"] = 8,
        ["F32"] = 4,
        ["I32"] = 4,
        ["U32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I16"] = 2,
        ["U16"] = 2,
        ["I8"] = 1,
        ["U8"] = 1,
        ["BOOL"] = 1,
    };

    /// <summary>Returns the number of bytes per element; null for an unknown type.</summary>
    public static int? SizeOf(string type) => Sizes.TryGetValue(type, out int size) ? size : null;

    /// <summary>Returns the name of a tensor's element type.</summary>
    public static string Of(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Float64 => "F64",
        torch.ScalarType.Float32 => "F32",
        torch.ScalarType.Float16 => "F16",
        torch.ScalarType.BFloat16 => "BF16",
        torch.ScalarType.Int64 => "I64",
        torch.ScalarType.Int32 => "I32",
        torch.ScalarType.Int16 => "I16",
        torch.ScalarType.Int8 => "I8",
        torch.ScalarType.Byte => "U8",
        torch.ScalarType.Bool => "BOOL",
        _ => throw new MbMixException(
            $"A checkpoint cannot hold a tensor of type {type}; convert it to float32 or float64 first."),
    };

    /// <summary>
    /// Returns name, element size and shape for an array of plain values; other structures are stored as rows of bytes.
    /// </summary>
    public static (string Type, int ElementSize, long[] Shape) Of<T>(int length) where T : unmanaged
    {
        string? type = default(T) switch
        {
            double => "F64",
            float => "F32",
            Half => "F16",
            long => "I64",
            ulong => "U64",
            int => "I32",
            uint => "U32",
            short => "I16",
            ushort => "U16",
            sbyte => "I8",
            byte => "U8",
            bool => "BOOL",
            _ => null,
        };
        int size = Unsafe.SizeOf<T>();
        return type is null ? ("U8", 1, [length, size]) : (type, size, [length]);
    }
}
