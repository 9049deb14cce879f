namespace MbMix.Search;

/// <summary>How settings are suggested.</summary>
public enum SamplerKind
{
    /// <summary>By a tree-structured Parzen estimator, after a start with points of the Sobol sequence.</summary>
    Tpe,

    /// <summary>Independently at random.</summary>
    Random,

    /// <summary>By points of the Sobol sequence, which cover the space evenly.</summary>
    Sobol,
}
