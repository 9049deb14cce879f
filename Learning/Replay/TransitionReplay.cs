namespace MbMix.Learning;

/// <summary>The most recent transitions of an off-policy algorithm; the oldest are overwritten first.</summary>
/// <remarks>
/// The next observation of a transition is the one before any reset. Only a termination counts as an end; at a time
/// limit the next observation still has a value. Steps of a lane that failed are left out.
/// </remarks>
public sealed class TransitionReplay : ICheckpointed
{
    private readonly ReplayTable table;
    private readonly bool states;
    private float[] terminated = [];
    private bool[] valid = [];

    /// <summary>Creates an empty buffer. The memory for all transitions is allocated at once.</summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="capacity">Largest number of transitions kept.</param>
    /// <param name="states">Whether states are kept, for a dynamics model.</param>
    public TransitionReplay(EnvSpec spec, int capacity, bool states = false)
    {
        this.states = states;
        int observation = spec.Observation.Size;
        ReplayColumn[] columns =
        [
            new("observation", observation), new("action", spec.Action.Size), new("reward"),
            new("nextObservation", observation), new("terminated"),
        ];
        if (states) columns = [.. columns, new("state", spec.State.Size), new("nextState", spec.State.Size)];
        table = new ReplayTable(capacity, columns);
    }

    /// <summary>Number of transitions held now.</summary>
    public int Count => table.Count;

    /// <summary>Number of transitions added since training began.</summary>
    public long Added => table.Added;

    /// <summary>Bytes of one transition.</summary>
    /// <param name="spec">Description of the environment.</param>
    /// <param name="states">Whether states are kept.</param>
    public static long RowBytes(EnvSpec spec, bool states = false) =>
        sizeof(float) * ((2L * spec.Observation.Size) + spec.Action.Size + 2 + (states ? 2L * spec.State.Size : 0));

    /// <summary>Adds one step of all lanes that did not fail.</summary>
    /// <param name="envs">The environments, after the step.</param>
    /// <param name="observation">The observation acted on, not normalized, <c>[B, O]</c>.</param>
    /// <param name="action">Action in [-1, 1] <c>[B, A]</c>.</param>
    /// <param name="step">The step's outcome.</param>
    /// <returns>Number of transitions added.</returns>
    public int Add(VectorEnv envs, Tensor observation, Tensor action, VectorStep step)
    {
        if (valid.Length != envs.Lanes) (valid, terminated) = (new bool[envs.Lanes], new float[envs.Lanes]);
        for (int b = 0; b < envs.Lanes; b++)
        {
            valid[b] = !envs.Faulted[b];
            terminated[b] = envs.Terminated[b] ? 1 : 0;
        }
        using var ends = TensorSpans.From(terminated, envs.Lanes);
        return Add(
            new Transitions(observation, action, step.Reward, step.FinalObservation, ends, step.State, step.NextState),
            valid);
    }

    /// <summary>Adds transitions, leaving out those that are marked invalid.</summary>
    /// <param name="transitions">M transitions; gradient history is ignored.</param>
    /// <param name="valid">One flag per transition; empty if all are valid.</param>
    /// <returns>Number of transitions added.</returns>
    public int Add(Transitions transitions, ReadOnlySpan<bool> valid = default)
    {
        var t = transitions;
        long before = Added;
        Tensor[] columns = [t.Observation, t.Action, t.Reward, t.NextObservation, t.Terminated];
        if (states)
        {
            if (t.State is null || t.NextState is null)
                throw new MbMixException("Transitions came without states; this replay buffer keeps states.");
            columns = [.. columns, t.State, t.NextState];
        }
        table.Add(columns, valid);
        return (int)(Added - before);
    }

    /// <summary>Draws transitions uniformly, with replacement.</summary>
    /// <param name="count">Number of transitions to draw.</param>
    /// <param name="random">Random stream of the choice.</param>
    /// <param name="counter">Index of the draw from that stream.</param>
    /// <returns>The transitions; the caller owns their tensors.</returns>
    public Transitions Sample(int count, CounterRandom random, long counter) =>
        Named(table.Sample(count, random, counter));

    /// <summary>The most recent transitions, the oldest of them first.</summary>
    /// <param name="count">Largest number of transitions.</param>
    /// <returns>The transitions; the caller owns their tensors.</returns>
    public Transitions Latest(int count) => Named(table.Latest(count));

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => table.Save(writer);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => table.Load(reader);

    private Transitions Named(Tensor[] columns) => states
        ? new(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6])
        : new(columns[0], columns[1], columns[2], columns[3], columns[4]);
}
