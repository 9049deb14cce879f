namespace MbMix;

/// <summary>An environment that keeps account of the work it does.</summary>
public interface IMeteredEnv
{
    /// <summary>The counters of this instance since it was made. They only grow.</summary>
    EnvCosts Costs { get; }
}
