namespace MbMix.Differentiation;

/// <summary>
/// Assigns scratch slots to the values that one chunk computes and a later one uses. A slot is free again after the
/// chunk of the last use.
/// </summary>
internal sealed class ScratchSlots
{
    private ScratchSlots(int[] slot, int[] totals, int count)
    {
        Slot = slot;
        Totals = totals;
        Count = count;
    }

    /// <summary>Slot of each instruction; -1 if it needs none.</summary>
    public int[] Slot { get; }

    /// <summary>First slot of the totals of each loop.</summary>
    public int[] Totals { get; }

    /// <summary>Total number of slots.</summary>
    public int Count { get; }

    public static ScratchSlots Assign(LoweredProgram program, int[] chunkOf)
    {
        var instructions = program.Instructions;
        var lastChunk = new int[instructions.Length];
        for (int i = 0; i < instructions.Length; i++)
        {
            foreach (int operand in program.Operands(i)) lastChunk[operand] = chunkOf[i];
        }

        var slot = new int[instructions.Length];
        var free = new Stack<int>();
        var expiring = new Dictionary<int, List<int>>();
        int count = 0, chunk = 0;

        // totals are addressed by index, so those of a loop must be adjacent
        var totals = new int[program.Loops.Length];
        for (int loop = 0; loop < totals.Length; loop++)
            (totals[loop], count) = (count, count + program.Loops[loop].TotalCount);
        for (int i = 0; i < instructions.Length; i++)
        {
            slot[i] = -1;
            for (; chunk < chunkOf[i]; chunk++)
            {
                if (expiring.Remove(chunk, out var ended)) ended.ForEach(free.Push);
            }
            if (instructions[i].Op == Op.Total)
                slot[i] = totals[instructions[instructions[i].A].A] + instructions[i].B;
            // inputs and constants need no slot: they are loaded again wherever they are used
            if (LoweredProgram.IsGiven(instructions[i].Op) || lastChunk[i] <= chunkOf[i]) continue;
            slot[i] = free.TryPop(out int reused) ? reused : count++;
            if (!expiring.TryGetValue(lastChunk[i], out var list)) expiring[lastChunk[i]] = list = [];
            list.Add(slot[i]);
        }
        return new ScratchSlots(slot, totals, count);
    }
}
