namespace MbMix.Hosting;

/// <summary>One append-only file of a row log, in its state at a checkpoint.</summary>
/// <param name="File">Name of the file in the rows folder.</param>
/// <param name="First">Number of the first row in the file.</param>
/// <param name="Rows">
/// Number of rows that belong to the checkpoint; anything after them belongs to no checkpoint and is cut off.
/// </param>
/// <param name="Crc">CRC-32C of these rows.</param>
internal sealed record RowSegment(string File, long First, long Rows, uint Crc)
{
    /// <summary>Number of the row that follows the last one.</summary>
    public long End => First + Rows;
}
