namespace MbMix.Hosting;

/// <summary>A guarded policy that can be exported.</summary>
internal sealed class GuardedExportablePolicy(IPolicy inner, Boundary boundary, SpaceSpec action)
    : GuardedPolicy(inner, boundary, action), IExportablePolicy
{
    /// <inheritdoc/>
    public PolicyArtifact Export(EnvSpec spec, string algorithm) =>
        ((IExportablePolicy)Inner).Export(spec, algorithm);
}
