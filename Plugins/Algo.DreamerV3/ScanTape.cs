namespace MbMix.Algo.DreamerV3;

/// <summary>
/// What an <see cref="ObservationScan"/> keeps of its steps. Columns 0 to 9: the previous h and z, the linear parts of
/// the layers that take them, the core's input, the linear part of its hidden layer and its output, the gates, the
/// linear part of the posterior's first layer and its output. Then h and the probabilities of z.
/// </summary>
internal readonly ref struct ScanTape(ReadOnlySpan<Tensor> kept, int rows)
{
    /// <summary>Number of columns.</summary>
    public const int Count = 10;

    /// <summary>The column whose rows are its second dimension.</summary>
    public const int Gates = 7;

    private readonly ReadOnlySpan<Tensor> kept = kept;

    /// <summary>The states h of all steps.</summary>
    public Tensor H => kept[Count];

    /// <summary>A column at one step.</summary>
    public Tensor this[int column, int step] => kept[column].narrow(0, (long)step * rows, rows);

    /// <summary>A column at all steps.</summary>
    public Tensor All(int column) => kept[column];

    /// <summary>The gates at one step, <c>[blocks, B, 3 size]</c>.</summary>
    public Tensor GatesAt(int step) => kept[Gates].narrow(1, (long)step * rows, rows).contiguous();

    /// <summary>The probabilities of z at one step.</summary>
    public Tensor Q(int step) => kept[Count + 1].narrow(0, (long)step * rows, rows);
}
