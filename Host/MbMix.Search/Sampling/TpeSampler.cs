namespace MbMix.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al. 2011), in its multivariate form (Watanabe 2023,
/// arXiv 2304.11127): trials are divided into a few good ones and the rest, and of some draws from the density of the
/// good ones, the one is suggested where it exceeds that of the rest most. Running trials count as bad, so that
/// parallel trials keep apart (the constant liar).
/// </summary>
internal sealed class TpeSampler(Space space, long seed, int startup) : ISampler
{
    private const double GoodShare = 0.1;
    private const int MostGood = 25, Draws = 24;

    private readonly SobolSampler start = new(space, seed);

    /// <inheritdoc/>
    public Setting Suggest(int trial, int attempt, IReadOnlyList<Observation> known)
    {
        // a start is counted in trials that were suggested, so that it does not depend on which of them have ended
        if (trial < startup || !known.Any(k => double.IsFinite(k.Score))) return start.Suggest(trial, attempt, known);
        var ended = known.Where(k => !k.Running).ToList();
        int good = Math.Min((int)Math.Ceiling(GoodShare * ended.Count), MostGood);
        var ranked = ended.Where(k => double.IsFinite(k.Score))
            .OrderByDescending(k => k.Rung).ThenByDescending(k => k.Score).ToList();
        var best = ranked.Take(good).ToHashSet<Observation>(ReferenceEqualityComparer.Instance);
        var above = new ParzenEstimator(space, known.Where(best.Contains).Select(k => k.Setting));
        var below = new ParzenEstimator(space, known.Where(k => !best.Contains(k)).Select(k => k.Setting));
        var random = SplitMix.Of(seed, trial, attempt, 1);
        return Enumerable.Range(0, Draws).Select(_ => above.Draw(random))
            .MaxBy(s => above.LogDensity(s) - below.LogDensity(s))!;
    }
}
