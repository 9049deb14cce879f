namespace MbMix.Learning;

/// <summary>
/// Mean and variance of all rows seen so far, in double precision, merged batch by batch (Chan, Golub and LeVeque
/// 1979). They start at mean 0, variance 1 and a small count.
/// </summary>
public sealed class RunningStatistics : ICheckpointed
{
    private readonly double[] mean;
    private readonly double[] variance;
    private readonly double[] batchMean;
    private readonly double[] batchSquares;
    private readonly double initialCount;
    private double count;

    /// <summary>Creates statistics that have seen no rows, with an initial count of 1e-4.</summary>
    /// <param name="size">Number of components.</param>
    public RunningStatistics(int size)
        : this(size, 1e-4)
    {
    }

    /// <summary>Creates statistics that have seen no rows.</summary>
    /// <param name="size">Number of components.</param>
    /// <param name="initialCount">Number of rows that the initial mean and variance stand for, 0 or more.</param>
    public RunningStatistics(int size, double initialCount)
    {
        count = this.initialCount = initialCount;
        mean = new double[size];
        variance = new double[size];
        Array.Fill(variance, 1.0);
        batchMean = new double[size];
        batchSquares = new double[size];
    }

    /// <summary>Mean per component.</summary>
    public ReadOnlySpan<double> Mean => mean;

    /// <summary>Population variance per component (divisor n).</summary>
    public ReadOnlySpan<double> Variance => variance;

    /// <summary>Number of rows seen, plus the initial count.</summary>
    public double Count => count;

    /// <summary>Adds a batch of rows, leaving out rows that contain a NaN or an infinity.</summary>
    /// <param name="rows">Row-major values, a whole number of rows.</param>
    public void Add(ReadOnlySpan<float> rows)
    {
        int size = mean.Length, used = 0;
        Array.Clear(batchMean);
        Array.Clear(batchSquares);
        for (int r = 0; r + size <= rows.Length; r += size)
        {
            var row = rows.Slice(r, size);
            if (!IsFinite(row)) continue;
            used++;
            for (int i = 0; i < size; i++) batchMean[i] += row[i];
        }
        if (used == 0) return;
        for (int i = 0; i < size; i++) batchMean[i] /= used;
        for (int r = 0; r + size <= rows.Length; r += size)
        {
            var row = rows.Slice(r, size);
            if (!IsFinite(row)) continue;
            for (int i = 0; i < size; i++)
            {
                double d = row[i] - batchMean[i];
                batchSquares[i] += d * d;
            }
        }
        double total = count + used;
        for (int i = 0; i < size; i++)
        {
            double delta = batchMean[i] - mean[i];
            variance[i] = (variance[i] * count + batchSquares[i] + delta * delta * count * used / total) / total;
            mean[i] += delta * used / total;
        }
        count = total;
    }

    /// <summary>Goes back to the initial mean, variance and count.</summary>
    public void Clear()
    {
        Array.Clear(mean);
        Array.Fill(variance, 1.0);
        count = initialCount;
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<double>("mean", mean);
        writer.Write<double>("variance", variance);
        writer.Write<double>("count", [count]);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        reader.Read<double>("mean").CopyTo(mean);
        reader.Read<double>("variance").CopyTo(variance);
        count = reader.Read<double>("count")[0];
    }

    private static bool IsFinite(ReadOnlySpan<float> row)
    {
        float sum = 0;
        foreach (float v in row) sum += v * 0f;
        return sum == 0;
    }
}
