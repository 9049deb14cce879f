namespace MbMix.Hosting;

/// <summary>What a run's configuration says of its environment and its evaluations.</summary>
/// <param name="Entry">The environment.</param>
/// <param name="Options">Its options.</param>
/// <param name="Algorithm">Id of the algorithm, which need not be there.</param>
/// <param name="Run">Settings of the run.</param>
/// <param name="Threads">Worker threads.</param>
internal sealed record RunEnvironment(EnvironmentEntry Entry, object Options, string Algorithm, RunOptions Run, int Threads);
