namespace MbMix.Differentiation;

/// <summary>Makes kernels.</summary>
internal static class Kernels
{
    public static Kernel Build(TracedFunction function, Precision precision, KernelOptions options)
    {
        var program = LoweredProgram.Lower(function, precision);
        bool single = precision == Precision.Single;
        var vector = new VectorType(options.Width.Resolve(), single ? typeof(float) : typeof(double));
        if (!options.Interpret) return new CompiledKernel(program, vector);
        return single ? new Interpreter<float>(program, vector.Lanes) : new Interpreter<double>(program, vector.Lanes);
    }
}
