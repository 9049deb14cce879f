using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MbMix.Differentiation;

/// <summary>How kernels round <c>a b + c</c>.</summary>
internal static class ProductRounding
{
    /// <summary>
    /// The switch of <see cref="AppContext"/> that asks for two roundings where no instruction does with one. Without
    /// it, such a machine computes the same bits as all others, in software.
    /// </summary>
    public const string Switch = "MbMix.Differentiation.SeparateMultiplyAdd";

    /// <summary>Whether products are rounded before they are added.</summary>
    public static readonly bool IsSeparate = !(Fma.IsSupported || AdvSimd.IsSupported)
        && AppContext.TryGetSwitch(Switch, out bool separate)
        && separate;
}
