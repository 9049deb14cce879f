namespace MbMix;

/// <summary>The option is a list of the sizes of a network's hidden layers: at most 255 of 1 to 65,536 units.</summary>
public sealed class LayerSizesAttribute : ElementRangeAttribute
{
    /// <summary>Limits the list.</summary>
    public LayerSizesAttribute()
        : base(1, 1 << 16) => MostElements = 255;
}
