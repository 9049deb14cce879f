namespace MbMix;

/// <summary>Receives a row of a log.</summary>
/// <param name="row">Number of the row.</param>
/// <param name="source">The bytes of the row, valid during the call only.</param>
public delegate void RowSink(long row, ReadOnlySpan<byte> source);
