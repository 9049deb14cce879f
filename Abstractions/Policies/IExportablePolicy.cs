namespace MbMix;

/// <summary>A policy that can be written down as data. Optional: hosts keep a policy that cannot as part of its algorithm's checkpoint.</summary>
public interface IExportablePolicy : IPolicy
{
    /// <summary>The policy as it is now; nothing in it changes with further training.</summary>
    /// <param name="spec">The environment's description: names, units, bounds and control period.</param>
    /// <param name="algorithm">Id of the algorithm.</param>
    PolicyArtifact Export(EnvSpec spec, string algorithm);
}
