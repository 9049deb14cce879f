namespace MbMix.Hosting;

/// <summary>State of a row log at a checkpoint.</summary>
/// <param name="RowBytes">Size of a row in bytes.</param>
/// <param name="Oldest">Number of the first row that is still needed.</param>
/// <param name="Count">Number of rows written since the beginning of training.</param>
/// <param name="Segments">Files that hold the rows, oldest first.</param>
internal sealed record RowLog(int RowBytes, long Oldest, long Count, IReadOnlyList<RowSegment> Segments);
