using System.Reflection.Emit;

namespace MbMix.Differentiation;

/// <summary>
/// Emits the IL of one chunk. Every value is a local variable; it is loaded at its first use and stored as soon as it
/// is computed.
/// </summary>
internal sealed class ChunkEmitter(
    LoweredProgram program, VectorType vector, int[] chunkOf, ScratchSlots slots, int chunk, bool last)
    : InstructionEmitter(program, vector, $"chunk{chunk}")
{
    // fewer values than this are copied one by one
    private const int ShortestBlock = 16;

    private readonly ILookup<int, (int Group, int Component, int Source)> outputs = program.Outputs.ToLookup(
        o => o.Source);

    public DynamicMethod Emit()
    {
        for (int i = 0; i < chunkOf.Length; i++)
        {
            if (chunkOf[i] != chunk || LoweredProgram.IsGiven(Program.Instructions[i].Op)) continue;
            Compute(i);
            if (slots.Slot[i] >= 0) Store(i, () => PushScratch(slots.Slot[i]));
            foreach (var output in outputs[i]) StoreOutput(output);
        }
        if (last) StoreGiven();
        Code.Emit(OpCodes.Ret);
        return Method;
    }

    protected override void Load(int i)
    {
        var n = Program.Instructions[i];
        if (n.Op == Op.Input) PushPlace(n.A, n.B);
        else PushScratch(slots.Slot[i]);
        Code.Emit(OpCodes.Ldobj, Vector.Vector);
    }

    /// <summary>
    /// Stores the outputs that no instruction computes. Neighbors that come from neighbors, such as the thousands of
    /// values of a cloth, are copied as one block.
    /// </summary>
    private void StoreGiven()
    {
        var given = Program.Outputs.Where(o => LoweredProgram.IsGiven(Program.Instructions[o.Source].Op)).ToArray();
        for (int i = 0, run; i < given.Length; i += run)
        {
            run = 1;
            while (i + run < given.Length && Follows(given[i], given[i + run], run)) run++;
            if (run < ShortestBlock)
            {
                for (int k = 0; k < run; k++) StoreOutput(given[i + k]);
                continue;
            }
            PushPlace(Program.InputSizes.Length + given[i].Group, given[i].Component);
            var source = Program.Instructions[given[i].Source];
            if (source.Op == Op.Input) PushPlace(source.A, source.B);
            else PushScratch(slots.Slot[given[i].Source]);
            Code.Emit(OpCodes.Ldc_I4, run * Vector.Bytes);
            Code.Emit(OpCodes.Cpblk);
        }
    }

    private bool Follows(
        (int Group, int Component, int Source) first, (int Group, int Component, int Source) other, int distance)
    {
        if (other.Group != first.Group || other.Component != first.Component + distance) return false;
        Node a = Program.Instructions[first.Source], b = Program.Instructions[other.Source];
        return (a.Op, b.Op) switch
        {
            (Op.Input, Op.Input) => a.A == b.A && b.B == a.B + distance,
            (Op.Total, Op.Total) => slots.Slot[other.Source] == slots.Slot[first.Source] + distance,
            _ => false,
        };
    }

    private void StoreOutput((int Group, int Component, int Source) output) =>
        Store(output.Source, () => PushPlace(Program.InputSizes.Length + output.Group, output.Component));

    private void Store(int i, Action pushAddress)
    {
        pushAddress();
        Push(i);
        Code.Emit(OpCodes.Stobj, Vector.Vector);
    }

    private void PushPlace(int group, int component)
    {
        PushGroup(group);
        PushOffset(component);
    }
}
