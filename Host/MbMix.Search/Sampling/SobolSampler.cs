namespace MbMix.Search;

/// <summary>
/// Suggests points of the Sobol sequence, shifted bit by bit with the seed of the search. Parameters beyond its
/// dimensions are random.
/// </summary>
internal sealed class SobolSampler(Space space, long seed) : ISampler
{
    /// <inheritdoc/>
    public Setting Suggest(int trial, int attempt, IReadOnlyList<Observation> known)
    {
        var random = SplitMix.Of(seed, trial, attempt);
        var shift = SplitMix.Of(seed);
        double[] places = new double[space.Parameters.Count];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = random.Unit();
            uint bits = (uint)(shift.Next() >> 32);
            // the place of a point that was not wanted is taken by a random one
            if (i >= SobolSequence.Dimensions || attempt > 0) continue;
            places[i] = ((SobolSequence.At(trial, i) ^ bits) + 0.5) / (1L << 32);
        }
        return space.At(places);
    }
}
