using System.ComponentModel.DataAnnotations;

namespace Samples.RandomSearch;

/// <summary>Options, to be set with <c>--set algo.key=value</c>. Letters are those of the paper.</summary>
public sealed class RandomSearchOptions
{
    /// <summary>Number N of directions that an iteration tries, each forward and backward. Default 16.</summary>
    [Range(1, 4096)]
    public int Directions { get; set; } = 16;

    /// <summary>Number b of best directions that the update uses; at most N. Default 8.</summary>
    [Range(1, 4096)]
    public int Elite { get; set; } = 8;

    /// <summary>Step size alpha. Default 0.1.</summary>
    [Range(1e-6, 10)]
    public double StepSize { get; set; } = 0.1;

    /// <summary>Standard deviation nu of the random moves of the weights. Default 0.1.</summary>
    [Range(1e-6, 10)]
    public double Noise { get; set; } = 0.1;
}
