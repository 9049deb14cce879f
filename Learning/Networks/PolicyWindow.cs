namespace MbMix.Learning;

/// <summary>
/// A window of H steps in which a <see cref="GaussianActor"/> maps raw observations to actions within the environment's
/// bounds. Each step is one autograd node, <c>a = bounds(tanh(mean(normalize(o)) + exp(logStd) * noise))</c>.
/// Parameters must not change until the window's backward pass is done.
/// </summary>
public sealed class PolicyWindow
{
    private readonly Tensor noise;
    private readonly double[] gradients;
    private readonly double gradientCap;

    internal PolicyWindow(
        BoundMlp mean, int logStd, Tensor noise, NormalizerSnapshot? normalizer, ActionBounds bounds,
        double gradientCap)
    {
        this.gradientCap = gradientCap;
        (Mean, LogStd, this.noise, Bounds) = (mean, logStd, noise, bounds);
        if (noise.dim() != 3 || noise.size(2) != mean.Network.Outputs)
            throw new MbMixException(
                $"A policy got noise of the shape [{string.Join(", ", noise.shape)}]; "
                + $"expected [H, B, {mean.Network.Outputs}].");
        Lanes = (int)noise.size(1);
        mean.Refresh();
        Version = mean.Version;
        Std = [.. mean.Parameters[logStd].ToArray().Select(MathF.Exp)];
        Center = normalizer is null ? null : normalizer.Mean.ToArray();
        Scale = normalizer is null ? null : normalizer.Scale.ToArray();
        gradients = new double[noise.size(0)];
        Array.Fill(gradients, double.NaN);
        Observations = TensorSpans.Empty(noise.size(0) * Lanes, mean.Network.Inputs);
    }

    /// <summary>
    /// The normalized observations acted on so far, float32 <c>[H * B, O]</c>, without gradient history. They belong to
    /// the dispose scope in which the window was begun.
    /// </summary>
    public Tensor Observations { get; }

    /// <summary>
    /// Per step, the norm over all lanes of the gradient that the last backward pass delivered to the actions; NaN if
    /// it delivered none.
    /// </summary>
    public ReadOnlySpan<double> ActionGradients => gradients;

    internal BoundMlp Mean { get; }

    internal int LogStd { get; }

    internal ActionBounds Bounds { get; }

    internal int Lanes { get; }

    internal long Version { get; }

    internal float[] Std { get; }

    internal float[]? Center { get; }

    internal float[]? Scale { get; }

    /// <summary>Computes the actions of one step.</summary>
    /// <param name="t">Step of the window, 0 to H - 1.</param>
    /// <param name="observation">Observation <c>[B, O]</c>; raw if the window normalizes.</param>
    /// <returns>The environment's action, float32 <c>[B, A]</c>.</returns>
    public Tensor Act(int t, Tensor observation)
    {
        if (t < 0 || t >= noise.size(0))
            throw new MbMixException($"A policy was asked for step {t} of a window of {noise.size(0)} steps.");
        if (observation.dim() != 2 || observation.size(0) != Lanes || observation.size(1) != Mean.Network.Inputs
            || observation.dtype != torch.ScalarType.Float32)
        {
            throw new MbMixException(
                $"A policy got an observation of type {observation.dtype} and shape [{string.Join(
                    ", ", observation.shape)}]; "
                + $"expected Float32 [{Lanes}, {Mean.Network.Inputs}].");
        }
        return new PolicyStep(this, t).Apply(observation, Mean.Parameters.Trainable[LogStd])[0];
    }

    internal void RecordGradient(int t, ReadOnlySpan<float> gradient)
    {
        double sum = 0;
        foreach (float g in gradient) sum += (double)g * g;
        gradients[t] = Math.Sqrt(sum);
    }

    /// <summary>
    /// Computes the factor of each lane that keeps its gradient within the cap; null if there is no cap.
    /// </summary>
    internal float[]? Factors(ReadOnlySpan<float> gradient)
    {
        if (double.IsPositiveInfinity(gradientCap)) return null;
        int actions = Mean.Network.Outputs;
        var norms = new double[Lanes];
        for (int b = 0; b < Lanes; b++)
        {
            foreach (float g in gradient.Slice(b * actions, actions)) norms[b] += (double)g * g;
            norms[b] = Math.Sqrt(norms[b]);
        }
        // lanes whose window has ended have none; they do not lower the median
        double[] sorted = [.. norms.Where(n => n > 0).Order()];
        if (sorted.Length == 0) return null;
        double limit = gradientCap * sorted[sorted.Length / 2];
        return Array.ConvertAll(norms, n => n > limit ? (float)(limit / n) : 1f);
    }

    internal ReadOnlySpan<float> Noise(int t)
    {
        int size = Lanes * Mean.Network.Outputs;
        return noise.Values<float>().Slice(t * size, size);
    }
}
