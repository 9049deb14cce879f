namespace MbMix.Learning;

/// <summary>Frozen statistics of an <see cref="ObservationNormalizer"/>.</summary>
public sealed class NormalizerSnapshot : IDisposable
{
    private readonly Tensor mean;
    private readonly Tensor scale;

    internal NormalizerSnapshot(Tensor mean, Tensor scale)
    {
        this.mean = mean.DetachFromDisposeScope();
        this.scale = scale.DetachFromDisposeScope();
    }

    /// <summary>The mean, subtracted first; O values.</summary>
    internal ReadOnlySpan<float> Mean => mean.Values<float>();

    /// <summary>The factor applied after that, one over the standard deviation; O values.</summary>
    internal ReadOnlySpan<float> Scale => scale.Values<float>();

    /// <summary>Normalizes observations; differentiable.</summary>
    /// <param name="observation">Raw observations <c>[B, O]</c>.</param>
    /// <returns>Normalized observations <c>[B, O]</c>.</returns>
    public Tensor Normalize(Tensor observation) => (observation - mean) * scale;

    /// <inheritdoc/>
    public void Dispose()
    {
        mean.Dispose();
        scale.Dispose();
    }
}
