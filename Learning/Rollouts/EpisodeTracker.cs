namespace MbMix.Learning;

/// <summary>Keeps the returns and lengths of the last hundred finished episodes.</summary>
internal sealed class EpisodeTracker : ICheckpointed
{
    private const int Window = 100;
    private readonly double[] returns = new double[Window];
    private readonly double[] lengths = new double[Window];
    private long finished;
    private long reported;

    public long Faults { get; set; }

    public void Finish(double episodeReturn, int length)
    {
        int slot = (int)(finished++ % Window);
        returns[slot] = episodeReturn;
        lengths[slot] = length;
    }

    public EpisodeStatistics Report()
    {
        long since = finished - reported;
        reported = finished;
        int count = (int)Math.Min(finished, Window);
        return count == 0
            ? new EpisodeStatistics(since, double.NaN, double.NaN, Faults)
            : new EpisodeStatistics(
                since, returns.AsSpan(0, count).ToArray().Average(), lengths.AsSpan(0, count).ToArray().Average(),
                Faults);
    }

    public void Save(ICheckpointWriter writer)
    {
        writer.Write<double>("returns", returns);
        writer.Write<double>("lengths", lengths);
        writer.Write<long>("counts", [finished, reported, Faults]);
    }

    public void Load(ICheckpointReader reader)
    {
        reader.Read<double>("returns").CopyTo(returns, 0);
        reader.Read<double>("lengths").CopyTo(lengths, 0);
        var counts = reader.Read<long>("counts");
        if (counts.Any(c => c < 0))
            throw new MbMixException($"The checkpoint counts {OneLine.Value(string.Join(", ", counts))} episodes.");
        (finished, reported, Faults) = (counts[0], counts[1], counts[2]);
    }
}
