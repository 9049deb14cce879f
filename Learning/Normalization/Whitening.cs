namespace MbMix.Learning;

/// <summary>
/// Running mean and standard deviation of a quantity, as tensors for normalization. A constant component gets a
/// standard deviation of 1.
/// </summary>
public sealed class Whitening : ICheckpointed, IDisposable
{
    private const double Smallest = 1e-6;

    private readonly RunningStatistics statistics;
    private float[] rows = [];

    /// <summary>Creates statistics that have seen no rows: mean 0, standard deviation 1.</summary>
    /// <param name="size">Number of components.</param>
    public Whitening(int size)
        : this(new RunningStatistics(size), size)
    {
    }

    private Whitening(RunningStatistics statistics, int size)
    {
        this.statistics = statistics;
        Mean = torch.zeros(size).DetachFromDisposeScope();
        Scale = torch.ones(size).DetachFromDisposeScope();
        Reciprocal = torch.ones(size).DetachFromDisposeScope();
    }

    /// <summary>
    /// Creates statistics whose initial mean 0 and variance 1 count for nothing as soon as there are rows.
    /// </summary>
    /// <param name="size">Number of components.</param>
    public static Whitening OfRowsAlone(int size) => new(new RunningStatistics(size, 0), size);

    /// <summary>Mean per component, <c>[n]</c>.</summary>
    public Tensor Mean { get; }

    /// <summary>Standard deviation per component, <c>[n]</c>.</summary>
    public Tensor Scale { get; }

    /// <summary>One over <see cref="Scale"/>, <c>[n]</c>.</summary>
    public Tensor Reciprocal { get; }

    /// <summary>Adds a batch of rows, leaving out rows that contain a NaN or an infinity.</summary>
    /// <param name="batch">Rows <c>[B, n]</c>.</param>
    public void Add(Tensor batch)
    {
        int count = (int)batch.NumberOfElements;
        if (rows.Length < count) rows = new float[count];
        batch.CopyTo(rows);
        Add(rows.AsSpan(0, count));
    }

    /// <summary>Adds a batch of rows, leaving out rows that contain a NaN or an infinity.</summary>
    /// <param name="batch">Row-major values, a whole number of rows.</param>
    public void Add(ReadOnlySpan<float> batch)
    {
        statistics.Add(batch);
        Refresh();
    }

    /// <summary>Forgets all rows, so that the next ones alone count.</summary>
    public void Clear()
    {
        statistics.Clear();
        Refresh();
    }

    /// <summary>Computes <c>(value - mean) / scale</c>.</summary>
    /// <param name="value">Values <c>[B, n]</c>.</param>
    public Tensor Normalize(Tensor value) => (value - Mean) * Reciprocal;

    /// <summary>Computes <c>whitened * scale + mean</c>.</summary>
    /// <param name="whitened">Whitened values <c>[B, n]</c>.</param>
    public Tensor Restore(Tensor whitened) => (whitened * Scale) + Mean;

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => statistics.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        statistics.Load(reader);
        Refresh();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Scale.Dispose();
        Reciprocal.Dispose();
    }

    private void Refresh()
    {
        Span<float> m = Mean.Values<float>(), s = Scale.Values<float>(), r = Reciprocal.Values<float>();
        for (int i = 0; i < m.Length; i++)
        {
            double deviation = Math.Sqrt(statistics.Variance[i]);
            m[i] = (float)statistics.Mean[i];
            s[i] = deviation > Smallest ? (float)deviation : 1f;
            r[i] = 1f / s[i];
        }
    }
}
