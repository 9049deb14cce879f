namespace MbMix.Cluster;

/// <summary>The answer to a sign of life.</summary>
/// <param name="Stale">Ids of runs that the runner no longer has: their processes are to be ended.</param>
/// <param name="Cancelled">Ids of runs that somebody has cancelled.</param>
/// <param name="Drain">Whether the runner is to give back its runs and end.</param>
[GenerateSerializer, Immutable]
internal sealed record HeartbeatAnswer(string[] Stale, string[] Cancelled, bool Drain);
