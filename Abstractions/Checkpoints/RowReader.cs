namespace MbMix;

/// <summary>Copies row <paramref name="row"/> into <paramref name="destination"/>.</summary>
public delegate void RowReader(long row, Span<byte> destination);
