namespace MbMix.Hosting;

/// <summary>One evaluation of a run.</summary>
/// <param name="Iteration">The iteration that it followed.</param>
/// <param name="EnvironmentSteps">Number of environment steps taken until then.</param>
/// <param name="Result">Returns and lengths of the episodes.</param>
/// <param name="TrainSeconds">Seconds spent in iterations until then.</param>
/// <param name="EvaluationSeconds">Seconds that the evaluation itself took.</param>
public sealed record EvaluationRecord(
    long Iteration, long EnvironmentSteps, EvaluationResult Result, double TrainSeconds, double EvaluationSeconds);
