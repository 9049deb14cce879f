using System.Runtime.Intrinsics;

namespace MbMix.Differentiation;

/// <summary>Width of the SIMD vectors that kernels use; the numeric value is the number of bits.</summary>
public enum VectorWidth
{
    /// <summary>The widest that the machine accelerates.</summary>
    Auto = 0,

    /// <summary>128 bits: 4 floats.</summary>
    Bits128 = 128,

    /// <summary>256 bits: 8 floats.</summary>
    Bits256 = 256,

    /// <summary>512 bits: 16 floats.</summary>
    Bits512 = 512,
}

internal static class VectorWidths
{
    public static VectorWidth Resolve(this VectorWidth width) => width != VectorWidth.Auto ? width
        : Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
