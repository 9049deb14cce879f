namespace MbMix.Hosting;

/// <summary>One training run of a comparison.</summary>
/// <param name="Environment">Environment, as it was asked for.</param>
/// <param name="Algorithm">Algorithm, as it was asked for.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Folder">Its run folder.</param>
/// <param name="LogFile">Where the output of its process goes.</param>
public sealed record PlannedRun(string Environment, string Algorithm, int Seed, string Folder, string LogFile)
{
    /// <summary>Name for people.</summary>
    public override string ToString() => $"{Environment} {Algorithm} seed {Seed}";
}
