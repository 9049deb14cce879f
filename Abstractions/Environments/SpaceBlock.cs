namespace MbMix;

/// <summary>A run of components that form an array, such as the positions of all particles of a cloth.</summary>
/// <param name="Name">Name, unique within its space.</param>
/// <param name="First">Index of the first component.</param>
/// <param name="Shape">
/// Sizes of the array, at least 1 each; the last index changes fastest. Their product is the number of components.
/// </param>
public sealed record SpaceBlock(string Name, int First, IReadOnlyList<int> Shape)
{
    /// <summary>Number of components; int.MaxValue if there are more.</summary>
    public int Size => (int)Shape.Aggregate(1L, (product, size) => Math.Min(product * size, int.MaxValue));
}
