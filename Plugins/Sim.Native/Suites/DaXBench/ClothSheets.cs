namespace MbMix.Sim.Native;

/// <summary>The sheets of the cloth tasks.</summary>
internal static class ClothSheets
{
    private const int ShirtCells = 90, FirstShirtCell = 45, BodyWidth = 19;

    // the outline of a sleeve: columns at some distances from the middle row, from its end inward
    private static readonly (double Across, double Low, double High)[] Sleeve =
    [
        (36, 60, 60), (30, 54, 68), (25, 48, 74), (20, 49, 78), (BodyWidth, 49, 78),
    ];

    /// <summary>A rectangle of 16 by 32 particles, 18.75 by 38.75 cm.</summary>
    public static ClothSheet Rectangle { get; } = new(80,
        from i in Enumerable.Range(32, 16) from j in Enumerable.Range(32, 32) select (i, j));

    /// <summary>
    /// A T-shirt of about half a meter. Its outline is ours, after the published one: a body, two sleeves that widen
    /// toward it, and a shallow dip for the neck.
    /// </summary>
    public static ClothSheet Shirt { get; } = new(180,
        from i in Enumerable.Range(0, ShirtCells)
        from j in Enumerable.Range(0, ShirtCells)
        where InShirt(i, j)
        select (FirstShirtCell + i, FirstShirtCell + j));

    // row i runs across the shirt, from sleeve to sleeve; column j from the hem to the neck
    private static bool InShirt(int i, int j)
    {
        double across = Math.Abs(i - 45);
        if (across > Sleeve[0].Across) return false;
        if (across <= BodyWidth)
        {
            double neck = across < 9 ? 81 + (2 * across / 9) : 83 - ((across - 9) / 10);
            return j >= 6 && j <= neck;
        }
        int part = 0;
        while (across < Sleeve[part + 1].Across) part++;
        var (outer, inner) = (Sleeve[part], Sleeve[part + 1]);
        double share = (outer.Across - across) / (outer.Across - inner.Across);
        double At(double from, double to) => from + (share * (to - from));
        return j >= At(outer.Low, inner.Low) && j <= At(outer.High, inner.High);
    }
}
