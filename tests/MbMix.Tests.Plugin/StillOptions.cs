namespace MbMix.Tests.Plugin;

public sealed class StillOptions
{
    /// <summary>Asks for derivatives of the environment.</summary>
    public DerivativeTargets Derivatives { get; set; }
}
