using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MbMix.Differentiation;

/// <summary>The SIMD vector type of one width and element, with the methods that the compiler emits calls to.</summary>
internal sealed class VectorType
{
    private readonly Type operations;

    public VectorType(VectorWidth width, Type element)
    {
        Element = element;
        var (generic, statics) = width switch
        {
            VectorWidth.Bits512 => (typeof(Vector512<>), typeof(Vector512)),
            VectorWidth.Bits256 => (typeof(Vector256<>), typeof(Vector256)),
            _ => (typeof(Vector128<>), typeof(Vector128)),
        };
        Vector = generic.MakeGenericType(element);
        operations = statics;
        Lanes = (int)width / (element == typeof(float) ? 32 : 64);
        Bytes = (int)width / 8;

        Add = Operator("op_Addition", 2);
        Subtract = Operator("op_Subtraction", 2);
        Multiply = Operator("op_Multiply", 2);
        Divide = Operator("op_Division", 2);
        Negate = Operator("op_UnaryNegation", 1);
        And = Operator("op_BitwiseAnd", 2);
        Or = Operator("op_BitwiseOr", 2);
        AllBitsSet = Vector.GetProperty("AllBitsSet")!.GetMethod!;
        Zero = Vector.GetProperty("Zero")!.GetMethod!;
        Create = operations.GetMethod("Create", [element])!;
        SquareRoot = Static("Sqrt", 1);
        Round = Static("Round", 1);
        Maximum = Static("MaxNative", 2);
        Minimum = Static("MinNative", 2);
        Greater = Static("GreaterThan", 2);
        GreaterOrEqual = Static("GreaterThanOrEqual", 2);
        AndNot = Static("AndNot", 2);
        Select = Static("ConditionalSelect", 3);
        MultiplyAdd = Static("FusedMultiplyAdd", 3);
        // the same numbers as with a negated operand, but in one instruction instead of two
        NegatedMultiplyAdd = Fused(width, "FusedMultiplyAddNegated", "MultiplyAddNegated");
        MultiplySubtract = Fused(width, "FusedMultiplySubtract", "MultiplySubtract");
        Any = typeof(VectorType).GetMethod("Any" + width + element.Name, BindingFlags.NonPublic | BindingFlags.Static)!;
        PowerOfTwo = typeof(VectorType).GetMethod(
            "PowerOfTwo" + width + element.Name, BindingFlags.NonPublic | BindingFlags.Static)!;
    }

    public Type Vector { get; }

    public Type Element { get; }

    public int Lanes { get; }

    public int Bytes { get; }

    public MethodInfo Add { get; }

    public MethodInfo Subtract { get; }

    public MethodInfo Multiply { get; }

    public MethodInfo Divide { get; }

    public MethodInfo Negate { get; }

    public MethodInfo And { get; }

    public MethodInfo Or { get; }

    public MethodInfo AllBitsSet { get; }

    public MethodInfo Zero { get; }

    public MethodInfo Create { get; }

    public MethodInfo SquareRoot { get; }

    public MethodInfo Round { get; }

    public MethodInfo Maximum { get; }

    public MethodInfo Minimum { get; }

    public MethodInfo Greater { get; }

    public MethodInfo GreaterOrEqual { get; }

    /// <summary>Takes (value, mask); returns the value where the mask does not hold, else 0.</summary>
    public MethodInfo AndNot { get; }

    public MethodInfo Select { get; }

    public MethodInfo MultiplyAdd { get; }

    /// <summary>c - a b in one instruction; null if the machine has none.</summary>
    public MethodInfo? NegatedMultiplyAdd { get; }

    /// <summary>a b - c in one instruction; null if the machine has none.</summary>
    public MethodInfo? MultiplySubtract { get; }

    public MethodInfo PowerOfTwo { get; }

    /// <summary>Whether a mask holds in any lane.</summary>
    public MethodInfo Any { get; }

    private MethodInfo? Fused(VectorWidth width, string wide, string narrow) => width == VectorWidth.Bits512
        ? Avx512F.IsSupported ? typeof(Avx512F).GetMethod(wide, [Vector, Vector, Vector]) : null
        : Fma.IsSupported ? typeof(Fma).GetMethod(narrow, [Vector, Vector, Vector]) : null;

    private MethodInfo Operator(string name, int arguments)
        => Vector.GetMethod(name, [.. Enumerable.Repeat(Vector, arguments)])
            ?? throw new MissingMethodException(Vector.Name, name);

    /// <summary>
    /// A method of the static class: an overload for the vector type itself, or a generic method instantiated with the
    /// element type.
    /// </summary>
    private MethodInfo Static(string name, int arguments)
        => operations.GetMethod(name, [.. Enumerable.Repeat(Vector, arguments)])
            ?? operations.GetMethods().Single(m => m.Name == name
                && m.IsGenericMethodDefinition
                && m.GetGenericArguments().Length == 1
                && m.GetParameters() is var p
                && p.Length == arguments
                && p.All(x => x.ParameterType.IsGenericType)).MakeGenericMethod(Element);

    // shifting a biased exponent into its place gives the power of two; callers keep it within the normal range
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwoBits512Single(Vector512<float> x) =>
        ((Vector512.ConvertToInt32(x) + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwoBits256Single(Vector256<float> x) =>
        ((Vector256.ConvertToInt32(x) + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwoBits128Single(Vector128<float> x) =>
        ((Vector128.ConvertToInt32(x) + Vector128.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PowerOfTwoBits512Double(Vector512<double> x) =>
        ((Vector512.ConvertToInt64(x) + Vector512.Create(1023L)) << 52).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> PowerOfTwoBits256Double(Vector256<double> x) =>
        ((Vector256.ConvertToInt64(x) + Vector256.Create(1023L)) << 52).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> PowerOfTwoBits128Double(Vector128<double> x) =>
        ((Vector128.ConvertToInt64(x) + Vector128.Create(1023L)) << 52).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits512Single(Vector512<float> mask) => mask.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits512Double(Vector512<double> mask) => mask.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits256Single(Vector256<float> mask) => mask.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits256Double(Vector256<double> mask) => mask.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits128Single(Vector128<float> mask) => mask.ExtractMostSignificantBits() != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AnyBits128Double(Vector128<double> mask) => mask.ExtractMostSignificantBits() != 0;
}
