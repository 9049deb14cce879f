namespace MbMix.Hosting;

/// <summary>One append-only file of a row log, as far as a checkpoint knows it.</summary>
/// <param name="File">Name of the file in the rows folder.</param>
/// <param name="First">Number of its first row.</param>
/// <param name="Rows">Rows it holds; what lies behind them belongs to no checkpoint and is cut off.</param>
/// <param name="Crc">CRC-32C of these rows.</param>
internal sealed record RowSegment(string File, long First, long Rows, uint Crc)
{
    /// <summary>Number of the row after the last.</summary>
    public long End => First + Rows;
}
