namespace Samples.AspNet;

/// <summary>An action within its bounds, and the age of the policy that chose it.</summary>
internal sealed record PolicyAnswer(float[] Action, long Iteration, long EnvironmentSteps);
