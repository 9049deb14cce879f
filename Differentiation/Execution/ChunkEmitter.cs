using System.Reflection.Emit;

namespace MbMix.Differentiation;

/// <summary>Writes the IL of one chunk: every value a local, loaded at its first use and stored as soon as it is computed.</summary>
internal sealed class ChunkEmitter(LoweredProgram program, VectorType vector, int[] chunkOf, ScratchSlots slots, int chunk, bool last)
{
    private readonly Dictionary<int, LocalBuilder> locals = [];
    private readonly Dictionary<int, LocalBuilder> bases = [];
    private readonly ILookup<int, (int Group, int Component, int Source)> outputs = program.Outputs.ToLookup(o => o.Source);
    private ILGenerator il = null!;

    public DynamicMethod Emit()
    {
        var method = new DynamicMethod($"chunk{chunk}", typeof(void), [typeof(nint).MakePointerType(), typeof(nint)], typeof(ChunkEmitter).Module, skipVisibility: true);
        method.InitLocals = false;
        il = method.GetILGenerator();
        for (int i = 0; i < chunkOf.Length; i++)
        {
            if (chunkOf[i] != chunk || program.Instructions[i].Op is Op.Input or Op.Constant or Op.Truth) continue;
            Compute(i);
            if (slots.Slot[i] >= 0) Store(i, () => PushScratch(slots.Slot[i]));
            foreach (var output in outputs[i]) Store(i, () => PushGroup(program.InputSizes.Length + output.Group, output.Component));
        }
        if (last)
        {
            foreach (var output in program.Outputs)
            {
                if (program.Instructions[output.Source].Op is Op.Input or Op.Constant or Op.Truth) Store(output.Source, () => PushGroup(program.InputSizes.Length + output.Group, output.Component));
            }
        }
        il.Emit(OpCodes.Ret);
        return method;
    }

    private void Compute(int i)
    {
        var n = program.Instructions[i];
        switch (n.Op)
        {
            case Op.Reciprocal:
                PushConstant(1);
                Push(n.A);
                il.Emit(OpCodes.Call, vector.Divide);
                break;
            case Op.AndNot:
                Push(n.B);
                Push(n.A);
                il.Emit(OpCodes.Call, vector.AndNot);
                break;
            case Op.NegatedMultiplyAdd when vector.NegatedMultiplyAdd is { } fused:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                il.Emit(OpCodes.Call, fused);
                break;
            case Op.MultiplySubtract when vector.MultiplySubtract is { } fused:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                il.Emit(OpCodes.Call, fused);
                break;
            case Op.NegatedMultiplyAdd:
                Push(n.A);
                il.Emit(OpCodes.Call, vector.Negate);
                Push(n.B);
                Push(n.C);
                il.Emit(OpCodes.Call, vector.MultiplyAdd);
                break;
            case Op.MultiplySubtract:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                il.Emit(OpCodes.Call, vector.Negate);
                il.Emit(OpCodes.Call, vector.MultiplyAdd);
                break;
            default:
                Push(n.A);
                if (n.B >= 0) Push(n.B);
                if (n.C >= 0) Push(n.C);
                il.Emit(OpCodes.Call, n.Op switch
                {
                    Op.Add => vector.Add,
                    Op.Subtract => vector.Subtract,
                    Op.Multiply => vector.Multiply,
                    Op.Negate => vector.Negate,
                    Op.SquareRoot => vector.SquareRoot,
                    Op.Round => vector.Round,
                    Op.Maximum => vector.Maximum,
                    Op.Minimum => vector.Minimum,
                    Op.Greater => vector.Greater,
                    Op.GreaterOrEqual => vector.GreaterOrEqual,
                    Op.And => vector.And,
                    Op.Or => vector.Or,
                    Op.Select => vector.Select,
                    Op.MultiplyAdd => vector.MultiplyAdd,
                    Op.PowerOfTwo => vector.PowerOfTwo,
                    _ => throw new InvalidOperationException($"{n.Op} cannot be compiled."),
                });
                break;
        }
        var local = locals[i] = il.DeclareLocal(vector.Vector);
        il.Emit(OpCodes.Stloc, local);
    }

    private void Push(int i)
    {
        var n = program.Instructions[i];
        if (n.Op == Op.Constant)
        {
            PushConstant(n.Value);
            return;
        }
        if (n.Op == Op.Truth)
        {
            il.Emit(OpCodes.Call, n.Value != 0 ? vector.AllBitsSet : vector.Zero);
            return;
        }
        if (!locals.TryGetValue(i, out var local))
        {
            local = locals[i] = il.DeclareLocal(vector.Vector);
            if (n.Op == Op.Input) PushGroup(n.A, n.B);
            else PushScratch(slots.Slot[i]);
            il.Emit(OpCodes.Ldobj, vector.Vector);
            il.Emit(OpCodes.Stloc, local);
        }
        il.Emit(OpCodes.Ldloc, local);
    }

    private void PushConstant(double value)
    {
        if (vector.Element == typeof(float)) il.Emit(OpCodes.Ldc_R4, (float)value);
        else il.Emit(OpCodes.Ldc_R8, value);
        il.Emit(OpCodes.Call, vector.Create);
    }

    private void Store(int i, Action pushAddress)
    {
        pushAddress();
        Push(i);
        il.Emit(OpCodes.Stobj, vector.Vector);
    }

    private void PushScratch(int slot)
    {
        il.Emit(OpCodes.Ldarg_1);
        PushOffset(slot);
    }

    private void PushGroup(int group, int component)
    {
        if (!bases.TryGetValue(group, out var address))
        {
            address = bases[group] = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, group * sizeof(long));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, address);
        }
        il.Emit(OpCodes.Ldloc, address);
        PushOffset(component);
    }

    private void PushOffset(int values)
    {
        if (values == 0) return;
        il.Emit(OpCodes.Ldc_I4, values * vector.Bytes);
        il.Emit(OpCodes.Add);
    }
}
