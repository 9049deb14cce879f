using System.Numerics;

namespace MbMix.Differentiation;

/// <summary>
/// Executes a program instruction by instruction: the readable reference that compiled kernels must equal to the bit, and the fallback
/// where code cannot be generated.
/// </summary>
internal sealed unsafe class Interpreter<T>(LoweredProgram program, int lanes) : Kernel(program, lanes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int ScratchBytes => Program.Instructions.Length * Lanes * sizeof(T);

    public override void Run(nint* groups, nint scratch)
    {
        var instructions = Program.Instructions;
        T* values = (T*)scratch;
        for (int i = 0; i < instructions.Length; i++)
        {
            var n = instructions[i];
            T* y = values + (i * Lanes), a = values + (n.A * Lanes), b = values + (n.B * Lanes), c = values + (n.C * Lanes);
            for (int l = 0; l < Lanes; l++)
            {
                y[l] = n.Op switch
                {
                    Op.Constant => T.CreateTruncating(n.Value),
                    Op.Truth => n.Value != 0 ? T.AllBitsSet : T.Zero,
                    Op.Input => ((T*)groups[n.A])[(n.B * Lanes) + l],
                    Op.Add => a[l] + b[l],
                    Op.Subtract => a[l] - b[l],
                    Op.Multiply => a[l] * b[l],
                    Op.Negate => -a[l],
                    Op.Reciprocal => T.One / a[l],
                    Op.SquareRoot => T.Sqrt(a[l]),
                    Op.Round => T.Round(a[l], MidpointRounding.ToEven),
                    Op.Maximum => a[l] > b[l] ? a[l] : b[l],
                    Op.Minimum => a[l] < b[l] ? a[l] : b[l],
                    Op.Greater => a[l] > b[l] ? T.AllBitsSet : T.Zero,
                    Op.GreaterOrEqual => a[l] >= b[l] ? T.AllBitsSet : T.Zero,
                    Op.And => a[l] & b[l],
                    Op.AndNot => ~a[l] & b[l],
                    Op.Or => a[l] | b[l],
                    Op.Select => (a[l] & b[l]) | (~a[l] & c[l]),
                    Op.MultiplyAdd => T.FusedMultiplyAdd(a[l], b[l], c[l]),
                    Op.NegatedMultiplyAdd => T.FusedMultiplyAdd(-a[l], b[l], c[l]),
                    Op.MultiplySubtract => T.FusedMultiplyAdd(a[l], b[l], -c[l]),
                    Op.PowerOfTwo => T.ScaleB(T.One, int.CreateTruncating(a[l])),
                    _ => throw new InvalidOperationException($"{n.Op} cannot be executed."),
                };
            }
        }
        int inputs = Program.InputSizes.Length;
        foreach (var (group, component, source) in Program.Outputs)
        {
            T* from = values + (source * Lanes), to = (T*)groups[inputs + group] + (component * Lanes);
            for (int l = 0; l < Lanes; l++) to[l] = from[l];
        }
    }
}
