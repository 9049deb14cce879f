using MbMix.Differentiation;
using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>
/// The chart of a <see cref="BraxState"/>. A tangent has twelve components per moving body: displacement, rotation
/// vector in world axes, and the changes of both velocities; all others are plain differences. A learned model sees the
/// whole state, with positions relative to one body; only where the next target will be depends on the place of that
/// body.
/// </summary>
/// <param name="layout">The components of a state.</param>
/// <param name="prescribed">Whether that body is the first prescribed one instead of the first moving one.</param>
internal sealed class BraxCoordinates(BraxState layout, bool prescribed) : ITracedChart
{
    private const int PerBody = BodyState<Real>.Size, PerTangent = 12;

    public int StateSize => layout.Size;

    public int TangentSize => (PerTangent * layout.Moving.Length) + layout.Size - layout.Places;

    public int FeatureSize => layout.Size;

    public void Features<T>(ReadOnlySpan<T> state, Span<T> features)
        where T : struct, IScalar<T>
    {
        int at = 0;
        var reference = Vectors.Read(state[(prescribed ? layout.Places : 0)..]);
        void Add(Span<T> to, params ReadOnlySpan<T> values)
        {
            values.CopyTo(to[at..]);
            at += values.Length;
        }
        Add(features, reference.X, reference.Y, reference.Z);
        for (int i = 0; i < layout.Moving.Length; i++)
        {
            var body = state.Slice(i * PerBody, PerBody);
            var from = Vectors.Read(body) - reference;
            if (prescribed || i > 0) Add(features, from.X, from.Y, from.Z);
            Add(features, body[3..]);
        }
        var target = Vectors.Read(state[layout.Target..]) - reference;
        Add(features, target.X, target.Y, target.Z);
        Add(features, state[layout.Drawn..]);
    }

    public void Difference<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to, Span<T> tangent)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < layout.Moving.Length; i++)
        {
            ReadOnlySpan<T> a = from.Slice(i * PerBody, PerBody), b = to.Slice(i * PerBody, PerBody);
            var t = tangent.Slice(i * PerTangent, PerTangent);
            for (int k = 0; k < 3; k++) t[k] = b[k] - a[k];
            Vectors.Write(
                ArticulatedCoordinates.Log(Quaternion<T>.From(b[3..]) * Quaternion<T>.From(a[3..]).Conjugate), t[3..]);
            for (int k = 7; k < PerBody; k++) t[k - 1] = b[k] - a[k];
        }
        int rest = PerTangent * layout.Moving.Length;
        for (int k = layout.Places; k < layout.Size; k++) tangent[rest + k - layout.Places] = to[k] - from[k];
    }

    public void Integrate<T>(ReadOnlySpan<T> state, ReadOnlySpan<T> tangent, Span<T> next)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < layout.Moving.Length; i++)
        {
            var a = state.Slice(i * PerBody, PerBody);
            var b = next.Slice(i * PerBody, PerBody);
            var t = tangent.Slice(i * PerTangent, PerTangent);
            for (int k = 0; k < 3; k++) b[k] = a[k] + t[k];
            (ArticulatedCoordinates.Exp(Vectors.Read(t[3..])) * Quaternion<T>.From(a[3..])).CopyTo(b[3..]);
            for (int k = 7; k < PerBody; k++) b[k] = a[k] + t[k - 1];
        }
        int rest = PerTangent * layout.Moving.Length;
        for (int k = layout.Places; k < layout.Size; k++) next[k] = state[k] + tangent[rest + k - layout.Places];
    }
}
