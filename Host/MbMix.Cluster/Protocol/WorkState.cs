namespace MbMix.Cluster;

/// <summary>A run at work at a glance.</summary>
/// <param name="Run">Id of the run.</param>
/// <param name="Sweep">Id of its sweep.</param>
/// <param name="Name">Name of the run.</param>
/// <param name="Runner">Name of the runner that has it.</param>
/// <param name="Steps">Environment steps so far; null if nobody has told yet.</param>
/// <param name="Budget">Environment steps in all; 0 if they are not known.</param>
/// <param name="Return">Return of the last training rollouts; null if there is none yet.</param>
[GenerateSerializer, Immutable]
internal sealed record WorkState(
    string Run, string Sweep, string Name, string Runner, long? Steps, long Budget, double? Return);
