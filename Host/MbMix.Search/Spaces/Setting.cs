namespace MbMix.Search;

/// <summary>A point of a space: a value for each parameter, NaN for those that are not part of it.</summary>
/// <param name="Values">The values, in the order of the space's parameters.</param>
public sealed record Setting(IReadOnlyList<double> Values)
{
    /// <summary>Whether both have the same values.</summary>
    public bool Equals(Setting? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (double value in Values) hash.Add(value);
        return hash.ToHashCode();
    }
}
