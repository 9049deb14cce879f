using System.ComponentModel.DataAnnotations;

namespace Samples.RandomSearch;

/// <summary>What can be set with <c>--set algo.key=value</c>. Letters are those of the paper.</summary>
public sealed class RandomSearchOptions
{
    /// <summary>Directions N tried in an iteration, each forth and back. Default 16.</summary>
    [Range(1, 4096)]
    public int Directions { get; set; } = 16;

    /// <summary>Best directions b that the step is made of; at most N. Default 8.</summary>
    [Range(1, 4096)]
    public int Elite { get; set; } = 8;

    /// <summary>Step size alpha. Default 0.1.</summary>
    [Range(1e-6, 10)]
    public double StepSize { get; set; } = 0.1;

    /// <summary>Size nu of a trial step. Default 0.1.</summary>
    [Range(1e-6, 10)]
    public double Noise { get; set; } = 0.1;
}
