namespace MbMix.Comparison;

/// <summary>One training run of a comparison.</summary>
/// <param name="Environment">Environment, as it was asked for.</param>
/// <param name="Arm">What trains there.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Folder">Its run folder.</param>
/// <param name="LogFile">Where the output of its process goes.</param>
public sealed record PlannedRun(string Environment, ComparisonArm Arm, int Seed, string Folder, string LogFile)
{
    /// <summary>Name of the arm.</summary>
    public string Label => Arm.Label;

    /// <summary>Name for people.</summary>
    public override string ToString() => $"{Environment} {Label} seed {Seed}";
}
