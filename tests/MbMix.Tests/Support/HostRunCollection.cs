namespace MbMix.Tests.Support;

/// <summary>Runs on their own: another test that seeds torch's one global generator in between would change their numbers.</summary>
[CollectionDefinition(HostRuns.Collection, DisableParallelization = true)]
public sealed class HostRunCollection;
