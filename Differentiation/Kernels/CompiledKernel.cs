using System.Buffers;
using System.Numerics;

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
    private readonly LoopTable?[] tables;

    public CompiledKernel(LoweredProgram program, VectorType vector)
        : base(program, vector.Lanes)
    {
        var chunkOf = Cut(program);
        int count = chunkOf.Length == 0 ? 1 : chunkOf[^1] + (program.Instructions[^1].Op == Op.Loop ? 2 : 1);
        var slots = ScratchSlots.Assign(program, chunkOf);
        ScratchBytes = Math.Max(1, slots.Count) * vector.Bytes;
        chunks = new RunChunk[count];
        tables = [.. program.Loops.Select(
            (loop, i) => loop.Body is null ? null : new LoopTable(program, loop, slots, slots.Totals[i], vector))];
        for (int i = 0; i < chunkOf.Length; i++)
        {
            if (program.Instructions[i] is not { Op: Op.Loop, A: var loop }) continue;
            chunks[chunkOf[i]] = tables[loop] is { } table
                ? new LoopEmitter(program.Loops[loop], table, vector, slots.Totals[loop], $"loop{loop}")
                    .Emit().CreateDelegate<RunChunk>()
                : vector.Element == typeof(float)
                    ? CallOf<float>(program, program.Loops[loop], slots, slots.Totals[loop], vector.Lanes)
                    : CallOf<double>(program, program.Loops[loop], slots, slots.Totals[loop], vector.Lanes);
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

    /// <summary>A call of a lane function: operands are gathered from wherever they are.</summary>
    private static RunChunk CallOf<T>(
        LoweredProgram program, LoweredLoop loop, ScratchSlots slots, int firstResult, int lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] operands = loop.Inputs[0];
        (int Group, int Place)[] places = [.. operands.Select(o => program.Instructions[o] is { Op: Op.Input } input
            ? (input.A, input.B)
            : (-1, slots.Slot[o]))];
        return (groups, scratch) =>
        {
            var given = ArrayPool<T>.Shared.Rent(Math.Max(1, places.Length * lanes));
            for (int i = 0; i < places.Length; i++)
            {
                T* from = (T*)(places[i].Group >= 0 ? groups[places[i].Group] : scratch) + (places[i].Place * lanes);
                new ReadOnlySpan<T>(from, lanes).CopyTo(given.AsSpan(i * lanes));
            }
            var results = new Span<T>((T*)scratch + (firstResult * lanes), loop.TotalCount * lanes);
            loop.Lane!.Run<T>(given.AsSpan(0, places.Length * lanes), results, lanes);
            ArrayPool<T>.Shared.Return(given);
        };
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
