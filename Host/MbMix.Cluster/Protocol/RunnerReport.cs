namespace MbMix.Cluster;

/// <summary>What a runner says about itself when it asks for work.</summary>
/// <param name="Name">Name of the runner, for people.</param>
/// <param name="Instance">Id of its process; another start has another one.</param>
/// <param name="Code">Its code.</param>
/// <param name="Cores">Number of cores that it offers in all.</param>
/// <param name="FreeCores">Number of cores that are free.</param>
/// <param name="Memory">Memory that it offers in all [MiB].</param>
/// <param name="FreeMemory">Memory that is free [MiB].</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Request">Number of the question; a repeated question has the same.</param>
[GenerateSerializer, Immutable]
internal sealed record RunnerReport(
    string Name, string Instance, CodeStamp Code, int Cores, int FreeCores, int Memory, int FreeMemory,
    string[] Labels, string Request);
