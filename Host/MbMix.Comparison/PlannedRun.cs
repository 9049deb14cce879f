namespace MbMix.Comparison;

/// <summary>One training run of a comparison.</summary>
/// <param name="Environment">Id or name of the environment, as given.</param>
/// <param name="Arm">The arm that is trained.</param>
/// <param name="Seed">Seed of the run.</param>
/// <param name="Folder">Path of the run folder.</param>
/// <param name="LogFile">Path of the file that receives the output of the run's process.</param>
public sealed record PlannedRun(string Environment, ComparisonArm Arm, long Seed, string Folder, string LogFile)
{
    /// <summary>Label of the arm.</summary>
    public string Label => Arm.Label;

    /// <summary>Name of the run in messages.</summary>
    public override string ToString() => $"{Environment} {Label} seed {Seed}";
}
