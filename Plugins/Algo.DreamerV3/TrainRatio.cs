namespace MbMix.Algo.DreamerV3;

/// <summary>
/// How many updates are due: replayed steps per step of the environments. A fraction is carried over.
/// </summary>
/// <param name="ratio">The ratio.</param>
/// <param name="replayed">Steps that an update replays.</param>
internal sealed class TrainRatio(double ratio, long replayed) : ICheckpointed
{
    private double due;

    /// <summary>Counts steps of the environments.</summary>
    public void Add(long steps) => due += steps * ratio / replayed;

    /// <summary>Whether an update is due.</summary>
    public bool IsDue => due >= 1;

    /// <summary>Counts an update.</summary>
    public void Updated() => due--;

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer) => writer.Write<double>("due", [due]);

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader) => due = reader.Read<double>("due")[0];
}
