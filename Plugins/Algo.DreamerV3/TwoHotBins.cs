namespace MbMix.Algo.DreamerV3;

/// <summary>How the bins of rewards and values are spaced.</summary>
public enum TwoHotBins
{
    /// <summary>At symexp of evenly spaced numbers: the value is the mean of the bins. Releases since 2024.</summary>
    Exponential,

    /// <summary>
    /// Evenly spaced in symlog space: the value is symexp of the mean of the bins. The release of 2023.
    /// </summary>
    Uniform,
}
