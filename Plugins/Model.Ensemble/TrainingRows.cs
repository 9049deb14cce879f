namespace MbMix.Model.Ensemble;

/// <summary>
/// Whitened inputs <c>[M, I]</c> and targets <c>[M, T]</c> of the transitions that members are trained on.
/// </summary>
internal sealed class TrainingRows(int inputSize, int targetSize)
{
    private float[] inputs = [];
    private float[] targets = [];

    /// <summary>Number of rows M.</summary>
    public int Count { get; private set; }

    /// <summary>All inputs.</summary>
    public Span<float> Inputs => inputs.AsSpan(0, Count * inputSize);

    /// <summary>All targets.</summary>
    public Span<float> Targets => targets.AsSpan(0, Count * targetSize);

    /// <summary>Makes room for rows, whose values are undefined.</summary>
    public void Resize(int count)
    {
        // half as much again, because the data grow from training to training
        if (inputs.Length < count * inputSize) inputs = new float[Room(count, inputSize)];
        if (targets.Length < count * targetSize) targets = new float[Room(count, targetSize)];
        Count = count;
    }

    /// <summary>Copies some rows.</summary>
    public void Gather(ReadOnlySpan<int> rows, Span<float> input, Span<float> target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            inputs.AsSpan(rows[i] * inputSize, inputSize).CopyTo(input[(i * inputSize)..]);
            targets.AsSpan(rows[i] * targetSize, targetSize).CopyTo(target[(i * targetSize)..]);
        }
    }

    private static int Room(int count, int size) => (int)Math.Min(Array.MaxLength, 1.5 * count * size);
}
