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
    private readonly Dictionary<int, LocalBuilder> bases = [];
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
        if (last)
        {
            foreach (var output in Program.Outputs)
            {
                if (LoweredProgram.IsGiven(Program.Instructions[output.Source].Op)) StoreOutput(output);
            }
        }
        Code.Emit(OpCodes.Ret);
        return Method;
    }

    protected override void Load(int i)
    {
        var n = Program.Instructions[i];
        if (n.Op == Op.Input) PushGroup(n.A, n.B);
        else PushScratch(slots.Slot[i]);
        Code.Emit(OpCodes.Ldobj, Vector.Vector);
    }

    private void StoreOutput((int Group, int Component, int Source) output) =>
        Store(output.Source, () => PushGroup(Program.InputSizes.Length + output.Group, output.Component));

    private void Store(int i, Action pushAddress)
    {
        pushAddress();
        Push(i);
        Code.Emit(OpCodes.Stobj, Vector.Vector);
    }

    private void PushGroup(int group, int component)
    {
        if (!bases.TryGetValue(group, out var address))
        {
            address = bases[group] = Code.DeclareLocal(typeof(nint));
            Code.Emit(OpCodes.Ldarg_0);
            Code.Emit(OpCodes.Ldc_I4, group * sizeof(long));
            Code.Emit(OpCodes.Add);
            Code.Emit(OpCodes.Ldind_I);
            Code.Emit(OpCodes.Stloc, address);
        }
        Code.Emit(OpCodes.Ldloc, address);
        PushOffset(component);
    }
}
