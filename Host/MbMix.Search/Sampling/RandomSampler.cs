namespace MbMix.Search;

/// <summary>Suggests settings independently at random.</summary>
internal sealed class RandomSampler(Space space, long seed) : ISampler
{
    /// <inheritdoc/>
    public Setting Suggest(int trial, int attempt, IReadOnlyList<Observation> known)
    {
        var random = SplitMix.Of(seed, trial, attempt);
        return space.At([.. space.Parameters.Select(_ => random.Unit())]);
    }
}
