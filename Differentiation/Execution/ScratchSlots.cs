namespace MbMix.Differentiation;

/// <summary>Where values live that one chunk computes and a later one uses. A slot is free again after the chunk of the last use.</summary>
internal sealed class ScratchSlots
{
    private ScratchSlots(int[] slot, int count)
    {
        Slot = slot;
        Count = count;
    }

    /// <summary>Slot of each instruction, -1 where it needs none.</summary>
    public int[] Slot { get; }

    /// <summary>Slots in all.</summary>
    public int Count { get; }

    public static ScratchSlots Assign(LoweredProgram program, int[] chunkOf)
    {
        var instructions = program.Instructions;
        var lastChunk = new int[instructions.Length];
        for (int i = 0; i < instructions.Length; i++)
        {
            var (a, b, c) = LoweredProgram.Operands(instructions[i]);
            if (a >= 0) lastChunk[a] = chunkOf[i];
            if (b >= 0) lastChunk[b] = chunkOf[i];
            if (c >= 0) lastChunk[c] = chunkOf[i];
        }

        var slot = new int[instructions.Length];
        var free = new Stack<int>();
        var expiring = new Dictionary<int, List<int>>();
        int count = 0, chunk = 0;
        for (int i = 0; i < instructions.Length; i++)
        {
            slot[i] = -1;
            for (; chunk < chunkOf[i]; chunk++)
            {
                if (expiring.Remove(chunk, out var ended)) ended.ForEach(free.Push);
            }
            // inputs and constants are loaded again wherever they are used
            if (instructions[i].Op is Op.Input or Op.Constant or Op.Truth || lastChunk[i] <= chunkOf[i]) continue;
            slot[i] = free.TryPop(out int reused) ? reused : count++;
            if (!expiring.TryGetValue(lastChunk[i], out var list)) expiring[lastChunk[i]] = list = [];
            list.Add(slot[i]);
        }
        return new ScratchSlots(slot, count);
    }
}
