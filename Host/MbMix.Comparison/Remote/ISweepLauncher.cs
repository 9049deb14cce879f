namespace MbMix.Comparison;

/// <summary>A launcher that has runs done elsewhere, and hears how far they are.</summary>
public interface ISweepLauncher : IRunLauncher
{
    /// <summary>How far the runs are; null if nothing has been heard yet.</summary>
    SweepProgress? Progress { get; }
}
