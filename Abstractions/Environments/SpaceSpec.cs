namespace MbMix;

/// <summary>The components of a state, observation or action.</summary>
/// <param name="Dimensions">One entry per component, in order.</param>
public sealed record SpaceSpec(IReadOnlyList<Dimension> Dimensions)
{
    /// <summary>Number of components.</summary>
    public int Size => Dimensions.Count;

    /// <summary>
    /// Arrays among the components, in order and apart from each other; empty if every component stands for itself.
    /// </summary>
    public IReadOnlyList<SpaceBlock> Blocks { get; init; } = [];

    /// <summary>Makes a space of one block <c>[items, axes]</c>; its components are called "name item axis".</summary>
    /// <param name="name">Name of the block.</param>
    /// <param name="unit">SI unit of every component.</param>
    /// <param name="items">What the items are called, usually their numbers; at least one.</param>
    /// <param name="axes">What the components of an item are called; at least one.</param>
    public static SpaceSpec Array(string name, string unit, IEnumerable<int> items, params IReadOnlyList<string> axes)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(axes);
        Dimension[] dimensions =
            [.. items.SelectMany(_ => axes, (item, axis) => new Dimension($"{name} {item} {axis}", unit))];
        if (dimensions.Length == 0)
            throw new ArgumentException($"The block '{name}' has no components.", nameof(items));
        return new SpaceSpec(dimensions)
        {
            Blocks = [new SpaceBlock(name, 0, [dimensions.Length / axes.Count, axes.Count])],
        };
    }

    /// <summary>
    /// Makes a space of the components of several, one after the other, with the blocks of all of them.
    /// </summary>
    /// <param name="parts">The spaces, in order.</param>
    public static SpaceSpec Join(params ReadOnlySpan<SpaceSpec> parts)
    {
        var dimensions = new List<Dimension>();
        var blocks = new List<SpaceBlock>();
        foreach (var part in parts)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            blocks.AddRange(part.Blocks.Select(block => block with { First = block.First + dimensions.Count }));
            dimensions.AddRange(part.Dimensions);
        }
        return new SpaceSpec(dimensions) { Blocks = blocks };
    }

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
