namespace MbMix.Differentiation;

/// <summary>How traced programs are executed.</summary>
public sealed record KernelOptions
{
    /// <summary>SIMD width. Default: the widest that the machine accelerates. Results do not depend on it.</summary>
    public VectorWidth Width { get; init; } = VectorWidth.Auto;

    /// <summary>
    /// Interpret instead of compiling: the same results, about ten times slower. Default: only where dynamic code is
    /// not compiled.
    /// </summary>
    public bool Interpret { get; init; } = !System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled;
}
