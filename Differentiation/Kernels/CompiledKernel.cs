namespace MbMix.Differentiation;

/// <summary>
/// Executes a program as IL on SIMD vectors. The instructions are divided into methods of about two hundred, which the
/// JIT optimizes well. Values that one method computes and a later one uses are kept in scratch slots, which are reused
/// where lifetimes allow.
/// </summary>
internal sealed unsafe class CompiledKernel : Kernel
{
    // measured: 100 to 250 operations per method are equally fast, twice as many a third slower
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
            var emitter = new LoopEmitter(program.Loops[loop], tables[loop], vector, slots.Totals[loop], $"loop{loop}");
            chunks[chunkOf[i]] = emitter.Emit().CreateDelegate<RunChunk>();
        }
        for (int chunk = 0; chunk < count; chunk++)
        {
            if (chunks[chunk] is not null) continue;
            var emitter = new ChunkEmitter(program, vector, chunkOf, slots, chunk, chunk == count - 1);
            chunks[chunk] = emitter.Emit().CreateDelegate<RunChunk>();
        }
        CompiledCode.Keep(chunks);
    }

    private delegate void RunChunk(nint* groups, nint scratch);

    public override int ScratchBytes { get; }

    public override void Run(nint* groups, nint scratch)
    {
        foreach (var chunk in chunks) chunk(groups, scratch);
        // the compiled code holds the addresses of the tables
        GC.KeepAlive(tables);
    }

    /// <summary>Assigns each instruction to a chunk; a loop has a chunk of its own.</summary>
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
