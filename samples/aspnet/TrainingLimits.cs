using System.ComponentModel.DataAnnotations;

namespace Samples.AspNet;

/// <summary>What the server does at most: section <c>Trainings</c> of its settings.</summary>
internal sealed class TrainingLimits
{
    /// <summary>Number of trainings that run at the same time.</summary>
    [Range(1, 64)]
    public int AtOnce { get; set; } = 1;

    /// <summary>Number of trainings that wait for their turn.</summary>
    [Range(0, 10_000)]
    public int Queued { get; set; } = 8;

    /// <summary>Number of trainings remembered after their end, with their policies.</summary>
    [Range(0, 10_000)]
    public int Kept { get; set; } = 100;

    /// <summary>Largest budget of a training, in environment steps.</summary>
    [Range(1, long.MaxValue)]
    public long MaximumBudget { get; set; } = 100_000_000;

    /// <summary>
    /// Threads of a training. By default, one processor stays free for requests if there is more than one.
    /// </summary>
    [Range(1, 256)]
    public int Threads { get; set; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 8);

    /// <summary>Folder in which each training gets a run folder; null to train in memory.</summary>
    public string? Folder { get; set; }
}
