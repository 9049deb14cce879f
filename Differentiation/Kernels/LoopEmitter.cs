using System.Reflection.Emit;

namespace MbMix.Differentiation;

/// <summary>
/// Emits the IL of a loop, which for each instance gathers its values, computes, and adds to the totals. If the guard
/// holds in no lane, the rest of the instance is skipped, because it would only add zeros.
/// </summary>
internal sealed unsafe class LoopEmitter(
    LoweredLoop loop, LoopTable table, VectorType vector, int firstTotal, string name)
    : InstructionEmitter(loop.Body!, vector, name)
{
    private LocalBuilder offsets = null!;
    private LocalBuilder parameters = null!;

    public DynamicMethod Emit()
    {
        offsets = Code.DeclareLocal(typeof(nint));
        parameters = Code.DeclareLocal(typeof(nint));
        PushScratch(firstTotal);
        Code.Emit(OpCodes.Ldc_I4_0);
        Code.Emit(OpCodes.Ldc_I4, loop.TotalCount * Vector.Bytes);
        Code.Emit(OpCodes.Initblk);
        SetAddress(offsets, (nint)table.Offsets);
        SetAddress(parameters, (nint)table.Parameters);
        Label top = Code.DefineLabel(), next = Code.DefineLabel();
        Code.MarkLabel(top);

        var early = new HashSet<int>();
        if (loop.Guard >= 0)
        {
            Need(loop.Guard, early);
            foreach (int i in early.Order())
            {
                if (!LoweredProgram.IsGiven(Program.Instructions[i].Op)) Compute(i);
            }
            Push(loop.Guard);
            Code.Emit(OpCodes.Call, Vector.Any);
            Code.Emit(OpCodes.Brfalse, next);
        }
        for (int i = 0; i < Program.Instructions.Length; i++)
        {
            if (!early.Contains(i) && !LoweredProgram.IsGiven(Program.Instructions[i].Op)) Compute(i);
        }
        foreach (var (group, k, source) in Program.Outputs)
        {
            if (group != 0) continue;
            Code.Emit(OpCodes.Ldarg_1);
            AddOffset(Program.InputSizes[0] + k);
            Code.Emit(OpCodes.Dup);
            Code.Emit(OpCodes.Ldobj, Vector.Vector);
            Push(source);
            Code.Emit(OpCodes.Call, Vector.Add);
            Code.Emit(OpCodes.Stobj, Vector.Vector);
        }

        Code.MarkLabel(next);
        Advance(parameters, table.ParameterBytes);
        Advance(offsets, table.Row * sizeof(int));
        Code.Emit(OpCodes.Ldloc, offsets);
        Code.Emit(OpCodes.Ldc_I8, (long)(table.Offsets + ((long)table.Instances * table.Row)));
        Code.Emit(OpCodes.Conv_I);
        Code.Emit(OpCodes.Blt_Un, top);
        Code.Emit(OpCodes.Ret);
        return Method;
    }

    protected override void Load(int i)
    {
        var n = Program.Instructions[i];
        if (n.A == 0)
        {
            if (table.GroupOf[n.B] is >= 0 and int group) PushGroup(group);
            else Code.Emit(OpCodes.Ldarg_1);
            AddOffset(n.B);
            Code.Emit(OpCodes.Ldobj, Vector.Vector);
            return;
        }
        bool single = Vector.Element == typeof(float);
        Code.Emit(OpCodes.Ldloc, parameters);
        Code.Emit(OpCodes.Ldc_I4, n.B * (single ? sizeof(float) : sizeof(double)));
        Code.Emit(OpCodes.Add);
        Code.Emit(single ? OpCodes.Ldind_R4 : OpCodes.Ldind_R8);
        Code.Emit(OpCodes.Call, Vector.Create);
    }

    private void AddOffset(int column)
    {
        Code.Emit(OpCodes.Ldloc, offsets);
        Code.Emit(OpCodes.Ldc_I4, column * sizeof(int));
        Code.Emit(OpCodes.Add);
        Code.Emit(OpCodes.Ldind_I4);
        Code.Emit(OpCodes.Add);
    }

    private void SetAddress(LocalBuilder local, nint address)
    {
        Code.Emit(OpCodes.Ldc_I8, (long)address);
        Code.Emit(OpCodes.Conv_I);
        Code.Emit(OpCodes.Stloc, local);
    }

    private void Advance(LocalBuilder local, int bytes)
    {
        Code.Emit(OpCodes.Ldloc, local);
        Code.Emit(OpCodes.Ldc_I4, bytes);
        Code.Emit(OpCodes.Add);
        Code.Emit(OpCodes.Stloc, local);
    }

    private void Need(int instruction, HashSet<int> needed)
    {
        if (!needed.Add(instruction)) return;
        foreach (int operand in Program.Operands(instruction)) Need(operand, needed);
    }
}
