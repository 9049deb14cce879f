using System.Text.Json.Serialization;
using MbMix.Hosting;

namespace Samples.AspNet;

/// <summary>How far a training is: what clients see. It never changes; a newer one takes its place.</summary>
internal sealed record TrainingStatus(Guid Id, string Environment, string Algorithm, long Seed, long Budget)
{
    public TrainingState State { get; init; }

    public long Iteration { get; init; }

    public long EnvironmentSteps { get; init; }

    public double TrainSeconds { get; init; }

    /// <summary>Mean return of the last training episodes; null before the first one ends.</summary>
    public double? MeanReturn { get; init; }

    /// <summary>Mean return of the newest evaluation; null before the first one.</summary>
    public double? EvaluationReturn { get; init; }

    /// <summary>The run folder; null if the training is in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>The newest warning, or why the training failed; null if there is nothing to say.</summary>
    public string? Message { get; init; }

    [JsonIgnore]
    public bool Ended => State is not (TrainingState.Queued or TrainingState.Running);

    public static TrainingStatus Of(Guid id, ResolvedConfiguration configuration) =>
        new(id, configuration.Environment, configuration.Algorithm, configuration.Seed, configuration.Run.Budget);

    public TrainingStatus After(IterationRecord record) => this with
    {
        Iteration = record.Iteration,
        EnvironmentSteps = record.Report.EnvironmentSteps,
        TrainSeconds = record.TrainSeconds,
        // JSON has no NaN
        MeanReturn = double.IsFinite(record.Report.Episodes.MeanReturn) ? record.Report.Episodes.MeanReturn : null,
    };
}
