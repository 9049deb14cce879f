using System.Numerics;

namespace MbMix.Differentiation;

/// <summary>
/// Executes a program instruction by instruction. It is the readable reference that compiled kernels must match to the
/// bit, and the fallback where code cannot be generated.
/// </summary>
/// <remarks>
/// Scratch memory holds, in this order: one value per instruction; the totals of all loops; and for the current
/// instance of a loop its inputs, its constants and one value per instruction of the body.
/// </remarks>
internal sealed unsafe class Interpreter<T> : Kernel
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] firstTotal;
    private readonly int instance;

    public Interpreter(LoweredProgram program, int lanes)
        : base(program, lanes)
    {
        firstTotal = new int[program.Loops.Length];
        instance = program.Instructions.Length;
        int most = 0;
        for (int i = 0; i < firstTotal.Length; i++)
        {
            var loop = program.Loops[i];
            firstTotal[i] = instance;
            instance += loop.TotalCount;
            int own = loop.Body is { } body ? body.InputSizes.Sum() + body.Instructions.Length : loop.Inputs[0].Length;
            most = Math.Max(most, own);
        }
        ScratchBytes = (instance + most) * lanes * sizeof(T);
    }

    public override int ScratchBytes { get; }

    public override void Run(nint* groups, nint scratch)
    {
        T* values = (T*)scratch;
        Execute(Program, groups, values, values);
        int inputs = Program.InputSizes.Length;
        foreach (var (group, component, source) in Program.Outputs)
            Copy(values + (source * Lanes), (T*)groups[inputs + group] + (component * Lanes));
    }

    private void Execute(LoweredProgram program, nint* groups, T* values, T* scratch)
    {
        var instructions = program.Instructions;
        for (int i = 0; i < instructions.Length; i++)
        {
            var n = instructions[i];
            if (n.Op == Op.Loop)
            {
                RunLoop(program.Loops[n.A], scratch, scratch + (firstTotal[n.A] * Lanes), scratch + (instance * Lanes));
                continue;
            }
            if (n.Op == Op.Total)
            {
                Copy(scratch + ((firstTotal[instructions[n.A].A] + n.B) * Lanes), values + (i * Lanes));
                continue;
            }
            T* y = values + (i * Lanes);
            T* a = values + (n.A * Lanes), b = values + (n.B * Lanes), c = values + (n.C * Lanes);
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
                    Op.Copy => a[l],
                    Op.PowerOfTwo => T.ScaleB(T.One, int.CreateTruncating(a[l])),
                    _ => throw new InvalidOperationException($"{n.Op} cannot be executed."),
                };
            }
        }
    }

    /// <summary>
    /// Computes every instance. Where its guard does not hold, an instance adds zeros, which change nothing.
    /// </summary>
    private void RunLoop(LoweredLoop loop, T* operands, T* totals, T* own)
    {
        if (loop.Body is not { } body)
        {
            for (int j = 0; j < loop.Inputs[0].Length; j++)
                Copy(operands + (loop.Inputs[0][j] * Lanes), own + (j * Lanes));
            loop.Lane!.Run(
                new ReadOnlySpan<T>(own, loop.Inputs[0].Length * Lanes),
                new Span<T>(totals, loop.TotalCount * Lanes),
                Lanes);
            return;
        }
        T* inputs = own, constants = inputs + (body.InputSizes[0] * Lanes);
        T* values = constants + (body.InputSizes[1] * Lanes);
        nint* groups = stackalloc nint[] { (nint)inputs, (nint)constants };
        new Span<T>(totals, loop.TotalCount * Lanes).Clear();
        for (int i = 0; i < loop.Inputs.Length; i++)
        {
            for (int j = 0; j < loop.Inputs[i].Length; j++)
                Copy(operands + (loop.Inputs[i][j] * Lanes), inputs + (j * Lanes));
            for (int p = 0; p < loop.Parameters[i].Length; p++)
                new Span<T>(constants + (p * Lanes), Lanes).Fill(T.CreateTruncating(loop.Parameters[i][p]));
            Execute(body, groups, values, values);
            foreach (var (group, k, source) in body.Outputs)
            {
                if (group != 0) continue;
                T* total = totals + (loop.Totals[i][k] * Lanes), add = values + (source * Lanes);
                for (int l = 0; l < Lanes; l++) total[l] += add[l];
            }
        }
    }

    private void Copy(T* from, T* to)
    {
        for (int l = 0; l < Lanes; l++) to[l] = from[l];
    }
}
