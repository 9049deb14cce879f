namespace MbMix.Learning;

/// <summary>A column of a <see cref="ReplayTable"/>.</summary>
/// <param name="Name">Its name, such as <c>observation</c>.</param>
/// <param name="Shape">Shape of its value in one row; empty for a single number.</param>
public sealed record ReplayColumn(string Name, params long[] Shape)
{
    /// <summary>Numbers per row.</summary>
    public int Width
    {
        get
        {
            long width = 1;
            foreach (long size in Shape) width = checked(width * size);
            return checked((int)width);
        }
    }
}
