namespace MbMix.Comparison;

/// <summary>A run at work on a cluster, at a glance.</summary>
/// <param name="Name">Name of the run, such as <c>diffrl.ant-v1/shac/seed3</c>.</param>
/// <param name="Sweep">Id of its sweep.</param>
/// <param name="Runner">Name of the runner that has it.</param>
/// <param name="Steps">Environment steps so far; null if they are not known yet.</param>
/// <param name="Budget">Environment steps in all; 0 if they are not known.</param>
/// <param name="Return">Return of the last training rollouts; null if there is none yet.</param>
public sealed record WorkGlance(string Name, string Sweep, string Runner, long? Steps, long Budget, double? Return);
