namespace MbMix.Learning;

/// <summary>
/// The complete policy of a <see cref="GaussianActor"/>: it maps raw observations to actions within the environment's
/// bounds. It reads the live weights and statistics, so it always is the current policy.
/// </summary>
/// <param name="actor">The actor; the caller keeps ownership.</param>
/// <param name="normalizer">Statistics of the observation; null if observations are used as they are.</param>
/// <param name="squash">How the output of the network is mapped to [-1, 1].</param>
/// <param name="bounds">The environment's action bounds; the caller keeps ownership.</param>
public sealed class GaussianPolicy(
    GaussianActor actor, ObservationNormalizer? normalizer, ActionSquash squash, ActionBounds bounds)
    : IExportablePolicy
{
    /// <inheritdoc/>
    public Tensor Act(Tensor observation, Tensor? noise = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var x = observation.to(torch.ScalarType.Float32);
        if (normalizer is not null)
        {
            using var snapshot = normalizer.Snapshot();
            x = snapshot.Normalize(x);
        }
        var u = actor.FrozenMean(x);
        if (noise is not null) u += noise * actor.Parameters.Frozen[^1].exp();
        return bounds.Scale(Squash(u, squash)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        int size = observation.Length;
        Span<float> x = size <= 512 ? stackalloc float[size] : new float[size];
        observation.CopyTo(x);
        normalizer?.Normalize(x);
        actor.Mean(x, action);
        foreach (ref float a in action) a = squash == ActionSquash.Tanh ? MathF.Tanh(a) : Math.Clamp(a, -1f, 1f);
        bounds.Scale(action);
    }

    /// <inheritdoc/>
    public PolicyArtifact Export(EnvSpec spec, string algorithm) =>
        PolicyExport.Artifact(spec, algorithm, normalizer, actor.ExportLayers(), squash, actor.LogStdValues);

    /// <summary>Maps unbounded actions to [-1, 1].</summary>
    /// <param name="unbounded">Unbounded actions, of any shape.</param>
    /// <param name="squash">How to map them.</param>
    public static Tensor Squash(Tensor unbounded, ActionSquash squash) =>
        squash == ActionSquash.Tanh ? torch.tanh(unbounded) : unbounded.clamp(-1, 1);
}
