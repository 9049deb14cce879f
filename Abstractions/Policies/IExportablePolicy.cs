namespace MbMix;

/// <summary>
/// A policy that can be exported as data. Implementing this is optional: any other policy is kept only within its
/// algorithm's checkpoint.
/// </summary>
public interface IExportablePolicy : IPolicy
{
    /// <summary>Exports a copy of the policy in its current state; further training does not change the copy.</summary>
    /// <param name="spec">Description of the environment: names, units, bounds and control period.</param>
    /// <param name="algorithm">Id of the algorithm that trained the policy.</param>
    PolicyArtifact Export(EnvSpec spec, string algorithm);
}
