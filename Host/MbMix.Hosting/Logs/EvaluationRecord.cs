namespace MbMix.Hosting;

/// <summary>One evaluation of a run.</summary>
/// <param name="Iteration">The iteration it followed.</param>
/// <param name="EnvironmentSteps">Environment steps taken until then.</param>
/// <param name="Result">What the policy reached.</param>
/// <param name="TrainSeconds">Seconds spent in iterations until then.</param>
/// <param name="EvaluationSeconds">Seconds the evaluation itself took.</param>
public sealed record EvaluationRecord(long Iteration, long EnvironmentSteps, EvaluationResult Result, double TrainSeconds, double EvaluationSeconds);
