namespace MbMix.Cluster;

/// <summary>A file that a run refers to is no longer in the coordinator's folder.</summary>
internal sealed class LostFileException(string name)
    : MbMixException($"{OneLine.Value(name)} is gone from the coordinator's folder");
