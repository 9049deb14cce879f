namespace MbMix.Differentiation;

/// <summary>
/// Executes a program as IL on SIMD vectors, one environment per lane. The instructions are cut into methods of a couple of hundred, which
/// the JIT optimizes well; values that cross from one method to a later one are kept in scratch slots, shared where lifetimes allow.
/// </summary>
internal sealed unsafe class CompiledKernel : Kernel
{
    // 100 to 250 operations a method is flat, twice that a third slower (measured)
    private const int ChunkOperations = 200;

    private readonly RunChunk[] chunks;
    private readonly LoopTable[] tables;

    public CompiledKernel(LoweredProgram program, VectorType vector)
        : base(program, vector.Lanes)
    {
        var chunkOf = Cut(program);
        int count = chunkOf.Length == 0 ? 1 : chunkOf[^1] + (program.Instructions[^1].Op == Op.Loop ? 2 : 1);
        var slots = ScratchSlots.Assign(program, chunkOf);
        ScratchBytes = Math.Max(1, slots.Count) * vector.Bytes;
        chunks = new RunChunk[count];
        tables = [.. program.Loops.Select((loop, i) => new LoopTable(loop, slots, slots.Totals[i], vector))];
        for (int i = 0; i < chunkOf.Length; i++)
        {
            if (program.Instructions[i] is not { Op: Op.Loop, A: var loop }) continue;
            chunks[chunkOf[i]] = new LoopEmitter(program.Loops[loop], tables[loop], vector, slots.Totals[loop], $"loop{loop}").Emit().CreateDelegate<RunChunk>();
        }
        for (int chunk = 0; chunk < count; chunk++)
        {
            chunks[chunk] ??= new ChunkEmitter(program, vector, chunkOf, slots, chunk, chunk == count - 1).Emit().CreateDelegate<RunChunk>();
        }
    }

    private delegate void RunChunk(nint* groups, nint scratch);

    public override int ScratchBytes { get; }

    public override void Run(nint* groups, nint scratch)
    {
        foreach (var chunk in chunks) chunk(groups, scratch);
        // the code holds addresses of the tables
        GC.KeepAlive(tables);
    }

    /// <summary>The method that each instruction belongs to; a loop has one of its own, and so has what comes last.</summary>
    private static int[] Cut(LoweredProgram program)
    {
        var chunkOf = new int[program.Instructions.Length];
        int chunk = 0, operations = 0;
        for (int i = 0; i < chunkOf.Length; i++)
        {
            var op = program.Instructions[i].Op;
            if (op == Op.Loop)
            {
                chunkOf[i] = ++chunk;
                (chunk, operations) = (chunk + 1, 0);
                continue;
            }
            if (!LoweredProgram.IsGiven(op) && ++operations > ChunkOperations) (chunk, operations) = (chunk + 1, 1);
            chunkOf[i] = chunk;
        }
        return chunkOf;
    }
}
