namespace MbMix;

/// <summary>The dimensions of a state, observation or action, in order.</summary>
/// <param name="Dimensions">One entry per component.</param>
public sealed record SpaceSpec(IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>Number of components.</summary>
    public int Size => Dimensions.Count;

    /// <summary>A space of equally bounded components without units.</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    /// <param name="names">One name per component.</param>
    public static SpaceSpec Box(double low, double high, params ReadOnlySpan<string> names)
    {
        var dimensions = new Dimension[names.Length];
        for (int i = 0; i < names.Length; i++) dimensions[i] = new Dimension(names[i], "1", low, high);
        return new SpaceSpec(dimensions);
    }
}
