namespace MbMix.Hosting;

/// <summary>A checkpoint that was read and verified.</summary>
/// <param name="Path">Its file.</param>
/// <param name="State">Where the run stood.</param>
/// <param name="Reader">Its contents.</param>
/// <param name="Rows">Its row logs.</param>
internal sealed record Checkpoint(string Path, CheckpointState State, ICheckpointReader Reader, IReadOnlyDictionary<string, RowLog> Rows);
