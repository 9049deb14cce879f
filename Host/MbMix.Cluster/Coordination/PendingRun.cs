namespace MbMix.Cluster;

/// <summary>A run that has not ended.</summary>
/// <param name="Sweep">Id of its sweep.</param>
/// <param name="Cores">Number of cores that it takes.</param>
/// <param name="Seconds">How long it will take from now, or from its start [s].</param>
/// <param name="Known">Whether that rests on something measured in its sweep.</param>
internal readonly record struct PendingRun(string Sweep, int Cores, double Seconds, bool Known);
