namespace MbMix.Learning;

/// <summary>
/// The policy of a <see cref="GaussianActor"/> as others see it: raw observation in, action within the environment's bounds out. It
/// reads the live statistics and weights, so it is always the policy as it is now.
/// </summary>
/// <param name="actor">The actor; stays the caller's.</param>
/// <param name="normalizer">Statistics of the observation; null where observations are used as they are.</param>
/// <param name="squash">How the network's output is bounded.</param>
/// <param name="bounds">The environment's action bounds; stay the caller's.</param>
public sealed class GaussianPolicy(GaussianActor actor, ObservationNormalizer? normalizer, ActionSquash squash, ActionBounds bounds) : IExportablePolicy
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
        Span<float> x = observation.Length <= 512 ? stackalloc float[observation.Length] : new float[observation.Length];
        observation.CopyTo(x);
        normalizer?.Normalize(x);
        actor.Mean(x, action);
        foreach (ref float a in action) a = squash == ActionSquash.Tanh ? MathF.Tanh(a) : Math.Clamp(a, -1f, 1f);
        bounds.Scale(action);
    }

    /// <inheritdoc/>
    public PolicyArtifact Export(EnvSpec spec, string algorithm) =>
        PolicyExport.Artifact(spec, algorithm, normalizer, actor.ExportLayers(), squash, actor.LogStdValues);

    /// <summary>Bounds an unbounded action to [-1, 1].</summary>
    /// <param name="unbounded">Any values.</param>
    /// <param name="squash">How.</param>
    public static Tensor Squash(Tensor unbounded, ActionSquash squash) =>
        squash == ActionSquash.Tanh ? torch.tanh(unbounded) : unbounded.clamp(-1, 1);
}
