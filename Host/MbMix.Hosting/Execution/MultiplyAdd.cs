using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MbMix.Hosting;

/// <summary>
/// How <c>a b + c</c> is computed on a processor without an instruction for it (FMA): to the same bits as everywhere,
/// in software, or fast, with two roundings.
/// </summary>
internal static class MultiplyAdd
{
    /// <summary>The environment variable that chooses.</summary>
    public const string Variable = "MBMIX_FMA";

    private const string Exact = "exact", Separate = "separate";

    // each library has a switch of its own, which it reads once
    private static readonly string[] Switches =
        ["MbMix.Differentiation.SeparateMultiplyAdd", "MbMix.Learning.SeparateMultiplyAdd"];

    /// <summary>Whether this machine has the instruction.</summary>
    public static bool HasInstruction => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Whether products are rounded before they are added.</summary>
    public static bool IsSeparate =>
        !HasInstruction && AppContext.TryGetSwitch(Switches[0], out bool separate) && separate;

    /// <summary>What slows this process down; null if nothing does.</summary>
    public static string? DescribeCost() => HasInstruction || IsSeparate
        ? null
        : "this processor has no FMA instruction: it computes the numbers of other processors, some twenty times as "
            + $"slowly; {Variable}={Separate} is fast, with numbers of its own.";

    /// <summary>Applies the environment variable; to be called before any kernel is made.</summary>
    /// <exception cref="ConfigurationException">The variable has a value that means nothing.</exception>
    public static void Configure()
    {
        string? value = Environment.GetEnvironmentVariable(Variable);
        if (value is not (null or "" or Exact or Separate))
        {
            throw new ConfigurationException(
                $"{Variable} is {OneLine.Value(value)}: expected {Exact} or {Separate}.");
        }
        foreach (string name in Switches) AppContext.SetSwitch(name, value == Separate);
    }
}
