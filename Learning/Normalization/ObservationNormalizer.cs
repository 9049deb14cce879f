namespace MbMix.Learning;

/// <summary>
/// Observations to mean 0 and variance 1 by running statistics. Within a rollout they are normalized with the statistics of its
/// start (<see cref="Snapshot"/>), while the live ones go on: so one window has one scale, for actor and critic alike.
/// </summary>
/// <param name="size">Components of the observation.</param>
public sealed class ObservationNormalizer(int size) : ICheckpointed
{
    private const double Epsilon = 1e-5;
    private float[] scratch = [];

    /// <summary>The live statistics.</summary>
    public RunningStatistics Statistics { get; } = new(size);

    /// <summary>Takes observations into the live statistics.</summary>
    /// <param name="observation">Raw observations <c>[B, O]</c>, read outside autograd.</param>
    public void Update(Tensor observation)
    {
        int count = checked((int)observation.NumberOfElements);
        if (scratch.Length < count) scratch = new float[count];
        observation.CopyTo(scratch);
        Statistics.Add(scratch.AsSpan(0, count));
    }

    /// <summary>The statistics as they are now, frozen; dispose it after the rollout.</summary>
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

    /// <summary>The statistics as they are now, as data.</summary>
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
        for (int i = 0; i < observation.Length; i++) observation[i] = (observation[i] - (float)Statistics.Mean[i]) * Scale(i);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => Statistics.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => Statistics.Load(reader);

    private float Scale(int i) => (float)(1.0 / Math.Sqrt(Statistics.Variance[i] + Epsilon));
}
