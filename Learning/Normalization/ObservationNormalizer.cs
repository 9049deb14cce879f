namespace MbMix.Learning;

/// <summary>
/// Normalizes observations to mean 0 and variance 1 by running statistics. A rollout uses the statistics from its start
/// (<see cref="Snapshot"/>) while the live statistics keep updating, so that actor and critic see a whole window on one
/// scale.
/// </summary>
/// <param name="size">Number of observation components O.</param>
public sealed class ObservationNormalizer(int size) : ICheckpointed
{
    private const double Epsilon = 1e-5;
    private float[] scratch = [];

    /// <summary>The live statistics.</summary>
    public RunningStatistics Statistics { get; } = new(size);

    /// <summary>Adds observations to the live statistics.</summary>
    /// <param name="observation">Raw observations <c>[B, O]</c>; gradient history is ignored.</param>
    public void Update(Tensor observation)
    {
        int count = checked((int)observation.NumberOfElements);
        if (scratch.Length < count) scratch = new float[count];
        observation.CopyTo(scratch);
        Statistics.Add(scratch.AsSpan(0, count));
    }

    /// <summary>Freezes the statistics as they are now. Dispose the snapshot after the rollout.</summary>
    public NormalizerSnapshot Snapshot()
    {
        Span<float> mean = size <= 512 ? stackalloc float[size] : new float[size];
        Span<float> scale = size <= 512 ? stackalloc float[size] : new float[size];
        for (int i = 0; i < size; i++)
        {
            mean[i] = (float)Statistics.Mean[i];
            scale[i] = Scale(i);
        }
        return new NormalizerSnapshot(TensorSpans.From(mean, size), TensorSpans.From(scale, size));
    }

    /// <summary>Copies the statistics as they are now, for a policy artifact.</summary>
    internal PolicyNormalizer Export()
    {
        var (mean, scale) = (new float[size], new float[size]);
        for (int i = 0; i < size; i++) (mean[i], scale[i]) = ((float)Statistics.Mean[i], Scale(i));
        return new PolicyNormalizer(mean, scale);
    }

    /// <summary>Normalizes one observation in place with the live statistics.</summary>
    /// <param name="observation">O values.</param>
    public void Normalize(Span<float> observation)
    {
        for (int i = 0; i < observation.Length; i++)
            observation[i] = (observation[i] - (float)Statistics.Mean[i]) * Scale(i);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Statistics.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Statistics.Load(reader);

    private float Scale(int i) => (float)(1.0 / Math.Sqrt(Statistics.Variance[i] + Epsilon));
}
