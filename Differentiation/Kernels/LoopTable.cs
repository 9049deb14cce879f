using System.Runtime.InteropServices;

namespace MbMix.Differentiation;

/// <summary>
/// Tells the instances of a loop where their values and totals are, as byte offsets into scratch memory or an
/// input group, and holds their constants. It is native memory, because compiled code holds its address.
/// </summary>
internal sealed unsafe class LoopTable
{
    public LoopTable(LoweredProgram program, LoweredLoop loop, ScratchSlots slots, int firstTotal, VectorType vector)
    {
        Instances = loop.Inputs.Length;
        var body = loop.Body!;
        (int inputs, int outputs) = (body.InputSizes[0], body.OutputSizes[0]);
        GroupOf = [.. Enumerable.Range(0, inputs).Select(j => program.Instructions[loop.Inputs[0][j]])
            .Select(operand => operand.Op == Op.Input ? operand.A : -1)];
        Row = inputs + outputs;
        Offsets = (int*)NativeMemory.AllocZeroed((nuint)(Instances * Row), sizeof(int));
        ParameterBytes = body.InputSizes[1] * (vector.Element == typeof(float) ? sizeof(float) : sizeof(double));
        Parameters = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(1, Instances * ParameterBytes));
        for (int i = 0; i < Instances; i++)
        {
            for (int j = 0; j < inputs; j++)
            {
                int operand = loop.Inputs[i][j];
                int place = GroupOf[j] >= 0 ? program.Instructions[operand].B : slots.Slot[operand];
                Offsets[(i * Row) + j] = place * vector.Bytes;
            }
            for (int k = 0; k < outputs; k++)
                Offsets[(i * Row) + inputs + k] = (firstTotal + loop.Totals[i][k]) * vector.Bytes;
            for (int p = 0; p < body.InputSizes[1]; p++)
            {
                byte* constants = Parameters + (i * ParameterBytes);
                if (vector.Element == typeof(float)) ((float*)constants)[p] = (float)loop.Parameters[i][p];
                else ((double*)constants)[p] = loop.Parameters[i][p];
            }
        }
    }

    ~LoopTable()
    {
        NativeMemory.Free(Offsets);
        NativeMemory.Free(Parameters);
    }

    public int Instances { get; }

    /// <summary>The input group that each value of an instance is read from; -1 for scratch memory.</summary>
    public int[] GroupOf { get; }

    /// <summary>Number of offsets per instance.</summary>
    public int Row { get; }

    public int* Offsets { get; }

    /// <summary>Bytes of constants per instance.</summary>
    public int ParameterBytes { get; }

    public byte* Parameters { get; }
}
