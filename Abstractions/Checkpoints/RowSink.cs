namespace MbMix;

/// <summary>Takes row <paramref name="row"/> from <paramref name="source"/>.</summary>
public delegate void RowSink(long row, ReadOnlySpan<byte> source);
