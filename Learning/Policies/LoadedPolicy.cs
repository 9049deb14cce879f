using System.Buffers;

namespace MbMix.Learning;

/// <summary>
/// A policy that needs nothing but its artifact to act. Acting on a single observation uses no tensors, allocates
/// nothing and needs no native library. Batches run on the same kernels as in training and give bitwise equal actions.
/// </summary>
/// <remarks>
/// Any number of threads may act on single observations at the same time. Batches, which keep buffers, are for one
/// thread at a time, and only they leave something to dispose of.
/// </remarks>
public sealed class LoadedPolicy : IExportablePolicy, IDisposable
{
    // two layers of this width take 8 KB of stack
    private const int WidestOnStack = 1024;

    private readonly PolicyLayer[] layers;
    private readonly float[] middle;
    private readonly float[] half;
    private readonly int widest;
    private BatchPolicy? batches;

    /// <summary>Creates a policy from an artifact.</summary>
    /// <param name="artifact">The artifact. Its arrays are not copied and must not change afterwards.</param>
    /// <exception cref="MbMixException">The parts of the artifact do not fit together.</exception>
    public LoadedPolicy(PolicyArtifact artifact)
    {
        PolicyChecks.Require(artifact);
        Artifact = artifact;
        layers = [.. artifact.Layers];
        middle = [.. artifact.Action.Dimensions.Select(d => (float)((d.Low + d.High) / 2))];
        half = [.. artifact.Action.Dimensions.Select(d => (float)((d.High - d.Low) / 2))];
        widest = layers.Max(l => Math.Max(l.Inputs, l.Outputs));
    }

    /// <summary>The artifact that the policy was created from.</summary>
    public PolicyArtifact Artifact { get; }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        int inputs = Artifact.Observation.Size, actions = Artifact.Action.Size;
        if (observation.Length != inputs || action.Length < actions)
            throw new MbMixException(
                $"The policy for {Artifact.Environment} takes {inputs} numbers and returns {actions}; it got "
                + $"{observation.Length}, and space for {action.Length}.");
        if (widest <= WidestOnStack)
        {
            Evaluate(observation, action, stackalloc float[2 * widest]);
            return;
        }
        float[] rented = ArrayPool<float>.Shared.Rent(2 * widest);
        Evaluate(observation, action, rented);
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <inheritdoc/>
    public Tensor Act(Tensor observation, Tensor? noise = null) =>
        (batches ??= new BatchPolicy(Artifact)).Act(observation, noise);

    /// <inheritdoc/>
    public PolicyArtifact Export(EnvSpec spec, string algorithm) => Artifact;

    /// <inheritdoc/>
    public void Dispose() => batches?.Dispose();

    // everything that changes lies in the buffer, which belongs to the call
    private void Evaluate(ReadOnlySpan<float> observation, Span<float> action, Span<float> buffer)
    {
        int inputs = observation.Length, actions = Artifact.Action.Size;
        Span<float> x = buffer[..widest], y = buffer[widest..];
        observation.CopyTo(x);
        if (Artifact.Normalizer is { } normalizer)
        {
            for (int i = 0; i < inputs; i++) x[i] = (x[i] - normalizer.Mean[i]) * normalizer.Scale[i];
        }
        foreach (var layer in layers)
        {
            Forward(layer, x, y);
            var spent = x;
            x = y;
            y = spent;
        }
        for (int i = 0; i < actions; i++)
        {
            float unit = Artifact.Squash == ActionSquash.Tanh ? MathF.Tanh(x[i]) : Math.Clamp(x[i], -1f, 1f);
            action[i] = middle[i] + (half[i] * unit);
        }
    }

    private static void Forward(PolicyLayer layer, ReadOnlySpan<float> x, Span<float> y)
    {
        int columns = layer.Inputs, rows = layer.Outputs;
        for (int r = 0; r < rows; r++)
            y[r] = layer.Bias[r] + Mlp.Dot(layer.Weight.AsSpan(r * columns, columns), x[..columns]);
        if (layer.Activation is { } activation)
        {
            for (int r = 0; r < rows; r++) y[r] = Mlp.Activate(activation, y[r]);
        }
        if (layer.Gain is not null) Mlp.Normalize(y[..rows], layer.Gain, layer.Offset);
    }
}
