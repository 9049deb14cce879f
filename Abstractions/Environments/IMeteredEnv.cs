namespace MbMix;

/// <summary>An environment that counts the work it does.</summary>
public interface IMeteredEnv
{
    /// <summary>The work done by this instance since it was made. Counters never decrease.</summary>
    EnvCosts Costs { get; }
}
