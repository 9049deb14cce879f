namespace MbMix.TestKit;

/// <summary>Settings of <see cref="AlgorithmCheck"/>.</summary>
public sealed record AlgorithmSettings
{
    /// <summary>Iterations of the checks that compare runs with each other.</summary>
    public int Iterations { get; init; } = 4;

    /// <summary>Environment steps in which the algorithm must learn; it may need fewer.</summary>
    public long LearningSteps { get; init; } = 400_000;

    /// <summary>Seconds in which the algorithm must learn; it may need fewer.</summary>
    public double LearningSeconds { get; init; } = 60;

    /// <summary>
    /// The best mean return of the task, or an upper bound of it. Without the bound, 0, which suits tasks whose rewards
    /// are costs.
    /// </summary>
    public double BestReturn { get; init; }

    /// <summary>
    /// Share of the way to <see cref="BestReturn"/> that the algorithm must make, from the return of doing nothing or
    /// of the untrained policy, whichever is larger.
    /// </summary>
    public double LearningShare { get; init; } = 0.5;

    /// <summary>Episodes of an evaluation.</summary>
    public int Episodes { get; init; } = 64;
}
