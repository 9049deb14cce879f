namespace MbMix.Pages;

/// <summary>How a replay is recorded.</summary>
public sealed record ReplayOptions
{
    /// <summary>Largest number of steps of a replay.</summary>
    public const int MostSteps = 100_000;

    /// <summary>What the reader calls it; the environment's id unless set.</summary>
    public string? Label { get; init; }

    /// <summary>Number of steps after which it ends, if the episode is longer; null for the whole episode.</summary>
    public int? Steps { get; init; }

    /// <summary>Seed of the start state, and of random actions.</summary>
    public long Seed { get; init; }
}
