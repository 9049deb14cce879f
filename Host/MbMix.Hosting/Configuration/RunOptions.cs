using System.ComponentModel.DataAnnotations;

namespace MbMix.Hosting;

/// <summary>
/// Settings of a run that do not depend on the algorithm: section <c>run</c> of presets and of <c>--set</c>.
/// </summary>
public sealed class RunOptions
{
    /// <summary>Number of environment steps to train for, summed over all lanes. Default 1,000,000.</summary>
    [Range(1, long.MaxValue)]
    public long Budget { get; set; } = 1_000_000;

    /// <summary>Number of iterations between two checkpoints. Default 50.</summary>
    [Range(1, int.MaxValue)]
    public int CheckpointEvery { get; set; } = 50;

    /// <summary>
    /// Number of evaluations during training, including the final one, evenly spaced in environment steps. Default 20;
    /// with 0, only the final one is made.
    /// </summary>
    [Range(0, 100_000)]
    public int Evaluations { get; set; } = 20;

    /// <summary>Number of episodes per evaluation. Default 12.</summary>
    [Range(1, Evaluator.MaximumEpisodes)]
    public int EvaluationEpisodes { get; set; } = 12;

    /// <summary>
    /// Seed of the start states of evaluations. It is independent of the run's seed so that runs can be compared; even
    /// if the two are equal, no episode of training starts from the same states. Default 12345.
    /// </summary>
    public long EvaluationSeed { get; set; } = 12345;
}
