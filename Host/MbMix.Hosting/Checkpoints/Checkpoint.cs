namespace MbMix.Hosting;

/// <summary>A checkpoint that has been read and verified.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="State">Progress of the run at the checkpoint.</param>
/// <param name="Reader">Reads the contents.</param>
/// <param name="Rows">Row logs of the checkpoint, by name.</param>
internal sealed record Checkpoint(
    string Path, CheckpointState State, ICheckpointReader Reader, IReadOnlyDictionary<string, RowLog> Rows);
