using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>
/// The most recent rows of experience of several lanes, in named columns of float32 numbers, from which sequences of
/// successive rows of one lane are drawn; the oldest rows are overwritten first. What the columns mean is up to the
/// algorithm.
/// </summary>
public sealed class SequenceReplay : ICheckpointed
{
    private readonly ReplayColumn[] columns;
    private readonly int width;
    private readonly float[] rows;
    // lane of each row; -1 where there is none yet
    private readonly int[] owners;
    private readonly RowQueue[] queues;
    private int[] picked = [];

    /// <summary>Creates an empty replay buffer. The memory for all rows is allocated at once.</summary>
    /// <param name="capacity">Largest number of rows kept, in all lanes together.</param>
    /// <param name="lanes">Number of lanes.</param>
    /// <param name="columns">The columns.</param>
    /// <exception cref="MbMixException">The capacity is not positive, or too large for one array.</exception>
    public SequenceReplay(int capacity, int lanes, params ReplayColumn[] columns)
    {
        (Capacity, this.columns) = (capacity, columns);
        foreach (var column in columns) width += column.Width;
        long size = (long)capacity * width;
        if (capacity < 1 || size > Array.MaxLength)
        {
            throw new MbMixException(
                $"A replay buffer cannot have {capacity} rows of {width} numbers; choose a capacity from 1 to "
                + $"{Array.MaxLength / Math.Max(width, 1)}.");
        }
        rows = new float[size];
        owners = new int[capacity];
        Array.Fill(owners, -1);
        queues = new RowQueue[lanes];
        for (int i = 0; i < lanes; i++) queues[i] = new RowQueue();
    }

    /// <summary>Largest number of rows kept, in all lanes together.</summary>
    public int Capacity { get; }

    /// <summary>Number of lanes.</summary>
    public int Lanes => queues.Length;

    /// <summary>Numbers per row, all columns together.</summary>
    public int Width => width;

    /// <summary>Number of rows held now.</summary>
    public int Count => (int)Math.Min(Added, Capacity);

    /// <summary>Number of rows added since training began.</summary>
    public long Added { get; private set; }

    /// <summary>Adds the next row of a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="row">The values of all columns, one after the other.</param>
    /// <exception cref="MbMixException">The row has another length.</exception>
    public void Add(int lane, ReadOnlySpan<float> row)
    {
        if (row.Length != width)
            throw new MbMixException($"A row of {row.Length} numbers came; this replay buffer has rows of {width}.");
        Claim(Added, lane);
        row.CopyTo(Row(Added));
        Added++;
    }

    /// <summary>Number of sequences of a length that can be drawn: the start positions in all lanes.</summary>
    /// <param name="length">Number of rows of a sequence.</param>
    public int Sequences(int length)
    {
        int sum = 0;
        foreach (var queue in queues) sum += Math.Max(0, queue.Count - length + 1);
        return sum;
    }

    /// <summary>Draws sequences uniformly, with replacement.</summary>
    /// <param name="count">Number of sequences to draw.</param>
    /// <param name="length">Number of rows of each.</param>
    /// <param name="random">Random stream of the choice.</param>
    /// <param name="counter">Index of the draw from that stream.</param>
    /// <returns>
    /// One float32 tensor per column, <c>[length, count, shape]</c>; the caller owns them.
    /// </returns>
    /// <exception cref="MbMixException">No lane has enough rows.</exception>
    public Tensor[] Sample(int count, int length, CounterRandom random, long counter)
    {
        int sequences = Sequences(length);
        if (sequences == 0)
            throw new MbMixException($"No lane of the replay buffer has {length} rows; add rows before sampling.");
        if (picked.Length < count) picked = new int[count];
        random.Integers(picked.AsSpan(0, count), sequences, counter);
        var batch = new Tensor[columns.Length];
        int offset = 0;
        for (int c = 0; c < columns.Length; c++)
        {
            int size = columns[c].Width;
            batch[c] = TensorSpans.Empty([length, count, .. columns[c].Shape]);
            var destination = batch[c].Values<float>();
            for (int i = 0; i < count; i++)
            {
                var (queue, start) = Find(picked[i], length);
                for (int t = 0; t < length; t++)
                {
                    rows.AsSpan((queue[start + t] * width) + offset, size)
                        .CopyTo(destination[(((t * count) + i) * size)..]);
                }
            }
            offset += size;
        }
        return batch;
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) =>
        writer.WriteRows("rows", Added - Count, Added, (width + 1) * sizeof(float), (row, destination) =>
        {
            MemoryMarshal.Write(destination, owners[(int)(row % Capacity)]);
            MemoryMarshal.AsBytes(Row(row)).CopyTo(destination[sizeof(int)..]);
        });

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        Array.Fill(owners, -1);
        foreach (var queue in queues) queue.Clear();
        Added = reader.ReadRows("rows", (width + 1) * sizeof(float), (row, source) =>
        {
            int lane = MemoryMarshal.Read<int>(source);
            if (lane < 0 || lane >= queues.Length)
                throw new MbMixException($"The checkpoint has a row of lane {lane}; there are {queues.Length} lanes.");
            Claim(row, lane);
            source[sizeof(int)..].CopyTo(MemoryMarshal.AsBytes(Row(row)));
        });
    }

    private Span<float> Row(long row) => rows.AsSpan((int)(row % Capacity) * width, width);

    // takes the place of the oldest row, which is also the oldest one of its lane
    private void Claim(long row, int lane)
    {
        int slot = (int)(row % Capacity);
        if (owners[slot] >= 0) queues[owners[slot]].RemoveFirst();
        owners[slot] = lane;
        queues[lane].Add(slot);
    }

    private (RowQueue Queue, int Start) Find(int sequence, int length)
    {
        foreach (var queue in queues)
        {
            int here = Math.Max(0, queue.Count - length + 1);
            if (sequence < here) return (queue, sequence);
            sequence -= here;
        }
        throw new ArgumentOutOfRangeException(nameof(sequence));
    }

    /// <summary>The rows of one lane, oldest first.</summary>
    private sealed class RowQueue
    {
        private int[] slots = new int[16];
        private int first;

        public int Count { get; private set; }

        public int this[int index] => slots[(first + index) & (slots.Length - 1)];

        public void Add(int slot)
        {
            if (Count == slots.Length) Grow();
            slots[(first + Count++) & (slots.Length - 1)] = slot;
        }

        public void RemoveFirst()
        {
            first = (first + 1) & (slots.Length - 1);
            Count--;
        }

        public void Clear() => Count = 0;

        private void Grow()
        {
            // the size stays a power of two
            int[] larger = new int[slots.Length * 2];
            for (int i = 0; i < Count; i++) larger[i] = this[i];
            (slots, first) = (larger, 0);
        }
    }
}
