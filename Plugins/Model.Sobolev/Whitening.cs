using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Model.Sobolev;

/// <summary>
/// Running mean and standard deviation of a quantity, as tensors for normalization. A constant component gets a
/// standard deviation of 1.
/// </summary>
internal sealed class Whitening : ICheckpointed, IDisposable
{
    private const double Smallest = 1e-6;

    private readonly RunningStatistics statistics;
    private readonly Tensor mean;
    private float[] rows = [];

    public Whitening(int size)
    {
        statistics = new RunningStatistics(size);
        mean = torch.zeros(size).DetachFromDisposeScope();
        Scale = torch.ones(size).DetachFromDisposeScope();
        Reciprocal = torch.ones(size).DetachFromDisposeScope();
    }

    /// <summary>Standard deviation per component, <c>[n]</c>.</summary>
    public Tensor Scale { get; }

    /// <summary>One over <see cref="Scale"/>, <c>[n]</c>.</summary>
    public Tensor Reciprocal { get; }

    public void Add(Tensor batch)
    {
        int count = (int)batch.NumberOfElements;
        if (rows.Length < count) rows = new float[count];
        batch.CopyTo(rows);
        statistics.Add(rows.AsSpan(0, count));
        Refresh();
    }

    public Tensor Normalize(Tensor value) => (value - mean) * Reciprocal;

    public Tensor Restore(Tensor whitened) => (whitened * Scale) + mean;

    public void Save(ICheckpointWriter writer) => statistics.Save(writer);

    public void Load(ICheckpointReader reader)
    {
        statistics.Load(reader);
        Refresh();
    }

    public void Dispose()
    {
        mean.Dispose();
        Scale.Dispose();
        Reciprocal.Dispose();
    }

    private void Refresh()
    {
        Span<float> m = mean.Values<float>(), s = Scale.Values<float>(), r = Reciprocal.Values<float>();
        for (int i = 0; i < m.Length; i++)
        {
            double deviation = Math.Sqrt(statistics.Variance[i]);
            m[i] = (float)statistics.Mean[i];
            s[i] = deviation > Smallest ? (float)deviation : 1f;
            r[i] = 1f / s[i];
        }
    }
}
