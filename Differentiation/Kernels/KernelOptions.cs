namespace MbMix.Differentiation;

/// <summary>How traced programs are executed.</summary>
public sealed record KernelOptions
{
    /// <summary>Vector width. Default: the widest the machine accelerates. Results do not depend on it.</summary>
    public VectorWidth Width { get; init; } = VectorWidth.Auto;

    /// <summary>Interpret instead of compiling. Default: only where dynamic code is not supported. Same results, about ten times slower.</summary>
    public bool Interpret { get; init; } = !System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled;
}
