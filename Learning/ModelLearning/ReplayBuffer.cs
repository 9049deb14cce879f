namespace MbMix.Learning;

/// <summary>
/// The most recent transitions of training; the oldest are overwritten first. Each transition is one row of state,
/// action, next state and, if wanted, K cotangents with the environment's vector-Jacobian products along them.
/// </summary>
public sealed class ReplayBuffer : ICheckpointed
{
    private readonly int probes;
    private readonly ReplayTable table;

    /// <summary>Creates an empty buffer. The memory for all rows is allocated at once.</summary>
    /// <param name="capacity">Largest number of transitions kept.</param>
    /// <param name="stateSize">Number of state components S.</param>
    /// <param name="actionSize">Number of action components A.</param>
    /// <param name="tangentSize">Number of tangent coordinates T; ignored without probes.</param>
    /// <param name="probes">Number of cotangents K per transition; 0 to store no derivatives.</param>
    public ReplayBuffer(int capacity, int stateSize, int actionSize, int tangentSize = 0, int probes = 0)
    {
        this.probes = probes;
        table = new ReplayTable(capacity, Columns(stateSize, actionSize, tangentSize, probes));
    }

    /// <summary>Bytes of a transition of an environment, with the derivatives that a model asks for.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="model">Description of the model.</param>
    public static long RowBytes(IDifferentiableEnv env, ModelSpec model)
    {
        int tangentSize = env.Chart.TangentSize, probes = ProbeDirections.Count(model, tangentSize);
        return sizeof(float) * Columns(env.Spec.State.Size, env.Spec.Action.Size, tangentSize, probes)
            .Sum(column => (long)column.Width);
    }

    /// <summary>Largest number of transitions kept.</summary>
    public int Capacity => table.Capacity;

    /// <summary>Number of transitions held now.</summary>
    public int Count => table.Count;

    /// <summary>Number of transitions added since training began.</summary>
    public long Added => table.Added;

    /// <summary>Adds transitions, leaving out rows that are marked invalid.</summary>
    /// <param name="batch">Transitions; gradient history is ignored.</param>
    /// <param name="valid">One flag per row; empty if all rows are valid.</param>
    public void Add(TransitionBatch batch, ReadOnlySpan<bool> valid = default)
    {
        if (probes == 0)
        {
            table.Add([batch.State, batch.Action, batch.NextState], valid);
            return;
        }
        if (batch.Directions is not { } directions
            || batch.StateProducts is not { } toState || batch.ActionProducts is not { } toAction)
        {
            throw new MbMixException(
                $"This replay buffer keeps {probes} derivative probes per transition, but the batch has none.");
        }
        table.Add([batch.State, batch.Action, batch.NextState, directions, toState, toAction], valid);
    }

    /// <summary>Draws transitions uniformly, with replacement.</summary>
    /// <param name="count">Number of transitions to draw.</param>
    /// <param name="random">Random stream of the choice.</param>
    /// <param name="counter">Index of the draw from that stream.</param>
    /// <returns>Float32 tensors; the caller owns them.</returns>
    public TransitionBatch Sample(int count, CounterRandom random, long counter)
    {
        var rows = table.Sample(count, random, counter);
        return probes == 0
            ? new TransitionBatch(rows[0], rows[1], rows[2])
            : new TransitionBatch(rows[0], rows[1], rows[2], rows[3], rows[4], rows[5]);
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => table.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => table.Load(reader);

    private static ReplayColumn[] Columns(int stateSize, int actionSize, int tangentSize, int probes)
    {
        ReplayColumn[] transition = [new("state", stateSize), new("action", actionSize), new("nextState", stateSize)];
        if (probes == 0) return transition;
        return
        [
            .. transition,
            new("directions", probes, tangentSize),
            new("stateProducts", probes, tangentSize),
            new("actionProducts", probes, actionSize),
        ];
    }
}
