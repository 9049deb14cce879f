using System.Reflection.Emit;

namespace MbMix.Differentiation;

/// <summary>Emits IL that computes instructions; each value is a local variable.</summary>
internal abstract class InstructionEmitter
{
    private readonly Dictionary<int, LocalBuilder> bases = [];
    private readonly Dictionary<int, LocalBuilder> locals = [];

    protected InstructionEmitter(LoweredProgram program, VectorType vector, string name)
    {
        (Program, Vector) = (program, vector);
        Type[] arguments = [typeof(nint).MakePointerType(), typeof(nint)];
        var module = typeof(InstructionEmitter).Module;
        Method = new DynamicMethod(name, typeof(void), arguments, module, skipVisibility: true) { InitLocals = false };
        Code = Method.GetILGenerator();
    }

    protected LoweredProgram Program { get; }

    protected VectorType Vector { get; }

    protected DynamicMethod Method { get; }

    protected ILGenerator Code { get; }

    /// <summary>Loads the value of an instruction that is not computed here onto the stack.</summary>
    protected abstract void Load(int i);

    protected void Compute(int i)
    {
        var n = Program.Instructions[i];
        switch (n.Op)
        {
            case Op.Copy:
                Push(n.A);
                break;
            case Op.Reciprocal:
                PushConstant(1);
                Push(n.A);
                Code.Emit(OpCodes.Call, Vector.Divide);
                break;
            case Op.AndNot:
                Push(n.B);
                Push(n.A);
                Code.Emit(OpCodes.Call, Vector.AndNot);
                break;
            case Op.NegatedMultiplyAdd when Vector.NegatedMultiplyAdd is { } fused:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                Code.Emit(OpCodes.Call, fused);
                break;
            case Op.MultiplySubtract when Vector.MultiplySubtract is { } fused:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                Code.Emit(OpCodes.Call, fused);
                break;
            case Op.NegatedMultiplyAdd:
                Push(n.A);
                Code.Emit(OpCodes.Call, Vector.Negate);
                Push(n.B);
                Push(n.C);
                Code.Emit(OpCodes.Call, Vector.MultiplyAdd);
                break;
            case Op.MultiplySubtract:
                Push(n.A);
                Push(n.B);
                Push(n.C);
                Code.Emit(OpCodes.Call, Vector.Negate);
                Code.Emit(OpCodes.Call, Vector.MultiplyAdd);
                break;
            default:
                Push(n.A);
                if (n.B >= 0) Push(n.B);
                if (n.C >= 0) Push(n.C);
                Code.Emit(OpCodes.Call, n.Op switch
                {
                    Op.Add => Vector.Add,
                    Op.Subtract => Vector.Subtract,
                    Op.Multiply => Vector.Multiply,
                    Op.Negate => Vector.Negate,
                    Op.SquareRoot => Vector.SquareRoot,
                    Op.Round => Vector.Round,
                    Op.Maximum => Vector.Maximum,
                    Op.Minimum => Vector.Minimum,
                    Op.Greater => Vector.Greater,
                    Op.GreaterOrEqual => Vector.GreaterOrEqual,
                    Op.And => Vector.And,
                    Op.Or => Vector.Or,
                    Op.Select => Vector.Select,
                    Op.MultiplyAdd => Vector.MultiplyAdd,
                    Op.PowerOfTwo => Vector.PowerOfTwo,
                    _ => throw new InvalidOperationException($"{n.Op} cannot be compiled."),
                });
                break;
        }
        var local = locals[i] = Code.DeclareLocal(Vector.Vector);
        Code.Emit(OpCodes.Stloc, local);
    }

    protected void Push(int i)
    {
        var n = Program.Instructions[i];
        if (n.Op == Op.Constant)
        {
            PushConstant(n.Value);
            return;
        }
        if (n.Op == Op.Truth)
        {
            Code.Emit(OpCodes.Call, n.Value != 0 ? Vector.AllBitsSet : Vector.Zero);
            return;
        }
        if (!locals.TryGetValue(i, out var local))
        {
            local = locals[i] = Code.DeclareLocal(Vector.Vector);
            Load(i);
            Code.Emit(OpCodes.Stloc, local);
        }
        Code.Emit(OpCodes.Ldloc, local);
    }

    /// <summary>Pushes the address of an input or output group.</summary>
    protected void PushGroup(int group)
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
    }

    protected void PushScratch(int slot)
    {
        Code.Emit(OpCodes.Ldarg_1);
        PushOffset(slot);
    }

    protected void PushOffset(int values)
    {
        if (values == 0) return;
        Code.Emit(OpCodes.Ldc_I4, values * Vector.Bytes);
        Code.Emit(OpCodes.Add);
    }

    private void PushConstant(double value)
    {
        if (Vector.Element == typeof(float)) Code.Emit(OpCodes.Ldc_R4, (float)value);
        else Code.Emit(OpCodes.Ldc_R8, value);
        Code.Emit(OpCodes.Call, Vector.Create);
    }
}
