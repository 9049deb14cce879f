namespace MbMix.Hosting;

/// <summary>The state of a row log at a checkpoint.</summary>
/// <param name="RowBytes">Size of a row.</param>
/// <param name="Oldest">First row that is still needed.</param>
/// <param name="Count">Rows written since the beginning of training.</param>
/// <param name="Segments">Where the rows are, oldest first.</param>
internal sealed record RowLog(int RowBytes, long Oldest, long Count, IReadOnlyList<RowSegment> Segments);
