namespace MbMix.Learning;

/// <summary>The rows of a batch, sorted by the member of an ensemble that each names and cut into blocks.</summary>
/// <param name="Order">Index of the row at each place of the sorted order.</param>
/// <param name="Blocks">Blocks of places whose rows name the same member.</param>
internal sealed record MemberRows(int[] Order, MemberRows.Block[] Blocks)
{
    /// <summary>Sorts rows; those of one member keep their order.</summary>
    public static MemberRows Sort(ReadOnlySpan<long> members, int count)
    {
        var begins = new int[count + 1];
        foreach (long member in members)
        {
            if (member < 0 || member >= count)
                throw new MbMixException($"A row names member {member}; there are members 0 to {count - 1}.");
            begins[member + 1]++;
        }
        for (int k = 0; k < count; k++) begins[k + 1] += begins[k];
        var blocks = new List<Block>();
        for (int k = 0; k < count; k++)
        {
            for (int first = begins[k]; first < begins[k + 1]; first += MlpKernel.MostRows)
                blocks.Add(new Block(k, first, Math.Min(MlpKernel.MostRows, begins[k + 1] - first)));
        }
        var order = new int[members.Length];
        for (int row = 0; row < members.Length; row++) order[begins[members[row]]++] = row;
        return new MemberRows(order, [.. blocks]);
    }

    /// <summary>Consecutive places whose rows name the same member.</summary>
    internal readonly record struct Block(int Member, int First, int Count);
}
