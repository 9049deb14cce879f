namespace MbMix.Cluster;

/// <summary>What a runner gets when it asks for work.</summary>
/// <param name="Run">The run, as of the beginning of the lease; null if there is nothing to do.</param>
/// <param name="LeaseSeconds">For how long the lease holds without a sign of life [s].</param>
/// <param name="Drain">Whether the runner is to end once its runs have ended.</param>
[GenerateSerializer, Immutable]
internal sealed record LeaseAnswer(RunEntry? Run, double LeaseSeconds, bool Drain);
