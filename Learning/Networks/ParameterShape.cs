namespace MbMix.Learning;

/// <summary>Name and shape of one parameter.</summary>
/// <param name="Name">Name, unique within its set.</param>
/// <param name="Shape">Sizes of the dimensions.</param>
public sealed record ParameterShape(string Name, params long[] Shape)
{
    /// <summary>Number of elements.</summary>
    public int Size { get; } = checked((int)Shape.Aggregate(1L, (a, b) => a * b));
}
