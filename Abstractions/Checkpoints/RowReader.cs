namespace MbMix;

/// <summary>Copies a row of a log into a span.</summary>
/// <param name="row">Number of the row.</param>
/// <param name="destination">Receives the bytes of the row.</param>
public delegate void RowReader(long row, Span<byte> destination);
