using System.Runtime.InteropServices;

namespace MbMix.Learning;

/// <summary>
/// The most recent transitions of training; the oldest are overwritten first. Each transition is one flat row of
/// float32 values: state, action, next state and, if wanted, K cotangents with the environment's vector-Jacobian
/// products along them.
/// </summary>
public sealed class ReplayBuffer : ICheckpointed
{
    private readonly int stateSize;
    private readonly int actionSize;
    private readonly int tangentSize;
    private readonly int probes;
    private readonly int width;
    private readonly float[] rows;
    private int[] picked = [];

    /// <summary>Creates an empty buffer. The memory for all rows is allocated at once.</summary>
    /// <param name="capacity">Largest number of transitions kept.</param>
    /// <param name="stateSize">Number of state components S.</param>
    /// <param name="actionSize">Number of action components A.</param>
    /// <param name="tangentSize">Number of tangent coordinates T; ignored without probes.</param>
    /// <param name="probes">Number of cotangents K per transition; 0 to store no derivatives.</param>
    public ReplayBuffer(int capacity, int stateSize, int actionSize, int tangentSize = 0, int probes = 0)
    {
        (Capacity, this.stateSize, this.actionSize, this.tangentSize, this.probes) =
            (capacity, stateSize, actionSize, tangentSize, probes);
        width = Width(stateSize, actionSize, tangentSize, probes);
        long size = (long)capacity * width;
        if (capacity < 1 || size > Array.MaxLength)
            throw new MbMixException(
                $"A replay buffer cannot have {capacity} rows of {width} numbers; choose a capacity from 1 to "
                + $"{Array.MaxLength / width}.");
        rows = new float[size];
    }

    /// <summary>Bytes of a transition of an environment, with the derivatives that a model asks for.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="model">Description of the model.</param>
    public static long RowBytes(IDifferentiableEnv env, ModelSpec model)
    {
        int probes = ProbeDirections.Count(model, env.Chart.TangentSize);
        return sizeof(float) * (long)Width(
            env.Spec.State.Size, env.Spec.Action.Size, env.Chart.TangentSize, probes);
    }

    private static int Width(int stateSize, int actionSize, int tangentSize, int probes) =>
        (2 * stateSize) + actionSize + (probes * ((2 * tangentSize) + actionSize));

    /// <summary>Largest number of transitions kept.</summary>
    public int Capacity { get; }

    /// <summary>Number of transitions held now.</summary>
    public int Count => (int)Math.Min(Added, Capacity);

    /// <summary>Number of transitions added since training began.</summary>
    public long Added { get; private set; }

    /// <summary>Adds transitions, leaving out rows that are marked invalid.</summary>
    /// <param name="batch">Transitions; gradient history is ignored.</param>
    /// <param name="valid">One flag per row; empty if all rows are valid.</param>
    public void Add(TransitionBatch batch, ReadOnlySpan<bool> valid = default)
    {
        int count = (int)batch.State.shape[0];
        if (probes > 0 && (batch.Directions is null || batch.StateProducts is null || batch.ActionProducts is null))
            throw new MbMixException(
                $"This replay buffer keeps {probes} derivative probes per transition, but the batch has none.");
        var parts = new (Tensor Tensor, int Width)[probes > 0 ? 6 : 3];
        parts[0] = (batch.State, stateSize);
        parts[1] = (batch.Action, actionSize);
        parts[2] = (batch.NextState, stateSize);
        if (probes > 0)
        {
            parts[3] = (batch.Directions!, probes * tangentSize);
            parts[4] = (batch.StateProducts!, probes * tangentSize);
            parts[5] = (batch.ActionProducts!, probes * actionSize);
        }
        var values = new float[parts.Max(p => p.Width) * count];
        int offset = 0;
        foreach (var (tensor, partWidth) in parts)
        {
            if (tensor.NumberOfElements != (long)count * partWidth)
                throw new MbMixException(
                    $"A part of the batch has shape [{string.Join(", ", tensor.shape)}]; expected {count} rows of "
                    + $"{partWidth} numbers.");
            tensor.CopyTo(values.AsSpan(0, count * partWidth));
            long row = Added;
            for (int i = 0; i < count; i++)
            {
                if (!valid.IsEmpty && !valid[i]) continue;
                values.AsSpan(i * partWidth, partWidth).CopyTo(Row(row++).Slice(offset, partWidth));
            }
            offset += partWidth;
        }
        long added = count;
        foreach (bool v in valid) added -= v ? 0 : 1;
        Added += added;
    }

    /// <summary>Draws transitions uniformly, with replacement.</summary>
    /// <param name="count">Number of transitions to draw.</param>
    /// <param name="random">Random stream of the choice.</param>
    /// <param name="counter">Index of the draw from that stream.</param>
    /// <returns>Float32 tensors; the caller owns them.</returns>
    public TransitionBatch Sample(int count, CounterRandom random, long counter)
    {
        if (Count == 0) throw new MbMixException("The replay buffer is empty; add transitions before sampling.");
        if (picked.Length < count) picked = new int[count];
        random.Integers(picked.AsSpan(0, count), Count, counter);
        int at = 0;
        var state = Gather(count, ref at, stateSize, [count, stateSize]);
        var action = Gather(count, ref at, actionSize, [count, actionSize]);
        var next = Gather(count, ref at, stateSize, [count, stateSize]);
        if (probes == 0) return new TransitionBatch(state, action, next);
        var directions = Gather(count, ref at, probes * tangentSize, [count, probes, tangentSize]);
        var stateProducts = Gather(count, ref at, probes * tangentSize, [count, probes, tangentSize]);
        var actionProducts = Gather(count, ref at, probes * actionSize, [count, probes, actionSize]);
        return new TransitionBatch(state, action, next, directions, stateProducts, actionProducts);
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

    private Span<float> Row(long row) => rows.AsSpan((int)(row % Capacity) * width, width);

    private Tensor Gather(int count, ref int at, int partWidth, long[] shape)
    {
        var tensor = TensorSpans.Empty(shape);
        var destination = tensor.Values<float>();
        for (int i = 0; i < count; i++)
            rows.AsSpan(picked[i] * width + at, partWidth).CopyTo(destination[(i * partWidth)..]);
        at += partWidth;
        return tensor;
    }
}
