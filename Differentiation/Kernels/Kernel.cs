namespace MbMix.Differentiation;

/// <summary>
/// An executable program for one block of lanes. A value is <see cref="Lanes"/> adjacent numbers; the values of a group
/// are contiguous. Kernels hold no state: any number of threads may run one, each with its own scratch memory.
/// </summary>
internal abstract unsafe class Kernel(LoweredProgram program, int lanes)
{
    /// <summary>The program.</summary>
    public LoweredProgram Program { get; } = program;

    /// <summary>Number of lanes that one run computes.</summary>
    public int Lanes { get; } = lanes;

    /// <summary>Bytes of scratch memory that a run needs.</summary>
    public abstract int ScratchBytes { get; }

    /// <summary>Runs the program for one block.</summary>
    /// <param name="groups">
    /// Addresses of the input groups, then of the output groups. An output that accumulates may share the memory of the
    /// input that it adds to.
    /// </param>
    /// <param name="scratch">Scratch memory, aligned to 64 bytes.</param>
    public abstract void Run(nint* groups, nint scratch);
}
