using System.ComponentModel.DataAnnotations;

namespace MbMix.Hosting;

/// <summary>Settings of a run that are no algorithm's business: section <c>run</c> of presets and <c>--set</c>.</summary>
public sealed class RunOptions
{
    /// <summary>Environment steps to train for, all lanes together. Default one million.</summary>
    [Range(1, long.MaxValue)]
    public long Budget { get; set; } = 1_000_000;

    /// <summary>Iterations between two checkpoints. Default 50.</summary>
    [Range(1, int.MaxValue)]
    public int CheckpointEvery { get; set; } = 50;

    /// <summary>Evaluations during training, evenly spaced in environment steps, the final one included. Default 20; 0 leaves only the final one.</summary>
    [Range(0, 100_000)]
    public int Evaluations { get; set; } = 20;

    /// <summary>Episodes of one evaluation, all in one batch. Default 12.</summary>
    [Range(1, 1_000_000)]
    public int EvaluationEpisodes { get; set; } = 12;

    /// <summary>Seed of the evaluation's start states, the same for every run so that runs can be compared. Default 12345.</summary>
    public long EvaluationSeed { get; set; } = 12345;
}
