using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Writes an observation from its beginning to its end.</summary>
/// <param name="observation">Receives the components.</param>
internal ref struct ObservationWriter<T>(Span<T> observation)
    where T : struct, IScalar<T>
{
    private readonly Span<T> observation = observation;
    private int next;

    /// <summary>Writes one number.</summary>
    public void Add(T value) => observation[next++] = value;

    /// <summary>Writes vectors.</summary>
    public void Add(params ReadOnlySpan<Vector3<T>> vectors)
    {
        foreach (var v in vectors)
        {
            Vectors.Write(v, observation[next..]);
            next += 3;
        }
    }
}
