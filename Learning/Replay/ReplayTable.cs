using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>
/// The most recent rows of experience, in named columns of float32 numbers; the oldest are overwritten first. What the
/// columns mean is up to the algorithm.
/// </summary>
public sealed class ReplayTable : ICheckpointed
{
    private readonly ReplayColumn[] columns;
    private readonly int[] offsets;
    private readonly int width;
    private readonly float[] rows;
    private float[] values = [];
    private int[] picked = [];

    /// <summary>Creates an empty table. The memory for all rows is allocated at once.</summary>
    /// <param name="capacity">Largest number of rows kept.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="MbMixException">The capacity is not positive, or too large for one array.</exception>
    public ReplayTable(int capacity, params ReplayColumn[] columns)
    {
        (Capacity, this.columns) = (capacity, columns);
        offsets = new int[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            offsets[i] = width;
            width += columns[i].Width;
        }
        long size = (long)capacity * width;
        if (capacity < 1 || size > Array.MaxLength)
        {
            throw new MbMixException(
                $"A replay buffer cannot have {capacity} rows of {width} numbers; choose a capacity from 1 to "
                + $"{Array.MaxLength / Math.Max(width, 1)}.");
        }
        rows = new float[size];
    }

    /// <summary>Largest number of rows kept.</summary>
    public int Capacity { get; }

    /// <summary>Number of rows held now.</summary>
    public int Count => (int)Math.Min(Added, Capacity);

    /// <summary>Number of rows added since training began.</summary>
    public long Added { get; private set; }

    /// <summary>Adds rows, leaving out those that are marked invalid.</summary>
    /// <param name="batch">One tensor per column, <c>[N, shape]</c>; gradient history is ignored.</param>
    /// <param name="valid">One flag per row; empty if all rows are valid.</param>
    /// <exception cref="MbMixException">A tensor does not have the shape of its column.</exception>
    public void Add(ReadOnlySpan<Tensor> batch, ReadOnlySpan<bool> valid = default)
    {
        if (batch.Length != columns.Length)
            throw new MbMixException($"{batch.Length} columns came; this replay buffer has {columns.Length}.");
        int count = (int)batch[0].shape[0];
        for (int c = 0; c < columns.Length; c++)
        {
            int size = columns[c].Width;
            if (batch[c].NumberOfElements != (long)count * size)
            {
                throw new MbMixException(
                    $"The column '{columns[c].Name}' of a batch has shape [{string.Join(", ", batch[c].shape)}]; "
                    + $"expected {count} rows of {size} numbers.");
            }
            if (values.Length < count * size) values = new float[count * size];
            batch[c].CopyTo(values.AsSpan(0, count * size));
            long row = Added;
            for (int i = 0; i < count; i++)
            {
                if (!valid.IsEmpty && !valid[i]) continue;
                values.AsSpan(i * size, size).CopyTo(Row(row++).Slice(offsets[c], size));
            }
        }
        long added = count;
        foreach (bool v in valid) added -= v ? 0 : 1;
        Added += added;
    }

    /// <summary>Draws rows uniformly, with replacement.</summary>
    /// <param name="count">Number of rows to draw.</param>
    /// <param name="random">Random stream of the choice.</param>
    /// <param name="counter">Index of the draw from that stream.</param>
    /// <returns>One float32 tensor per column, <c>[count, shape]</c>; the caller owns them.</returns>
    /// <exception cref="MbMixException">The table is empty.</exception>
    public Tensor[] Sample(int count, CounterRandom random, long counter)
    {
        if (Count == 0) throw new MbMixException("The replay buffer is empty; add transitions before sampling.");
        if (picked.Length < count) picked = new int[count];
        random.Integers(picked.AsSpan(0, count), Count, counter);
        return Pick(picked.AsSpan(0, count));
    }

    /// <summary>The most recent rows, the oldest of them first.</summary>
    /// <param name="count">Largest number of rows.</param>
    /// <returns>One float32 tensor per column, <c>[min(count, Count), shape]</c>; the caller owns them.</returns>
    public Tensor[] Latest(int count)
    {
        int[] order = new int[Math.Min(count, Count)];
        for (int i = 0; i < order.Length; i++) order[i] = (int)((Added - order.Length + i) % Capacity);
        return Pick(order);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) =>
        writer.WriteRows(
            "rows", Added - Count, Added, width * sizeof(float),
            (row, destination) => MemoryMarshal.AsBytes(Row(row)).CopyTo(destination));

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) =>
        Added = reader.ReadRows(
            "rows", width * sizeof(float), (row, source) => source.CopyTo(MemoryMarshal.AsBytes(Row(row))));

    private Tensor[] Pick(ReadOnlySpan<int> places)
    {
        var batch = new Tensor[columns.Length];
        for (int c = 0; c < columns.Length; c++)
        {
            int size = columns[c].Width;
            batch[c] = TensorSpans.Empty([places.Length, .. columns[c].Shape]);
            var destination = batch[c].Values<float>();
            for (int i = 0; i < places.Length; i++)
                rows.AsSpan((places[i] * width) + offsets[c], size).CopyTo(destination[(i * size)..]);
        }
        return batch;
    }

    private Span<float> Row(long row) => rows.AsSpan((int)(row % Capacity) * width, width);
}
