namespace MbMix.Hosting;

/// <summary>The part of a run's configuration that evaluating its policy needs.</summary>
/// <param name="Entry">The environment.</param>
/// <param name="Options">Options of the environment.</param>
/// <param name="Algorithm">Id of the algorithm, which need not be installed.</param>
/// <param name="Run">Settings of the run.</param>
/// <param name="Threads">Number of worker threads.</param>
internal sealed record RunEnvironment(
    EnvironmentEntry Entry, object Options, string Algorithm, RunOptions Run, int Threads);
