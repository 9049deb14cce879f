namespace MbMix;

/// <summary>The components of a state, observation or action.</summary>
/// <param name="Dimensions">One entry per component, in order.</param>
public sealed record SpaceSpec(IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>Number of components.</summary>
    public int Size => Dimensions.Count;

    /// <summary>Makes a space of components without units that share the same bounds.</summary>
    /// <param name="low">Lower bound of every component.</param>
    /// <param name="high">Upper bound of every component.</param>
    /// <param name="names">One name per component.</param>
    public static SpaceSpec Box(double low, double high, params ReadOnlySpan<string> names)
    {
        var dimensions = new Dimension[names.Length];
        for (int i = 0; i < names.Length; i++) dimensions[i] = new Dimension(names[i], "1", low, high);
        return new SpaceSpec(dimensions);
    }
}
