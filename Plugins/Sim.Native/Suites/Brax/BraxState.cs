using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The components of a state: each moving body; positions of prescribed bodies; position of the target; the numbers
/// that it was drawn from; for each body that contacts can move, whether they did; whether the last step reached the
/// target.
/// </summary>
/// <param name="Moving">Names of the moving bodies.</param>
/// <param name="Prescribed">Names of the prescribed ones.</param>
/// <param name="Draws">Number of numbers that a target is drawn from.</param>
/// <param name="Touching">Bodies that contacts can move, in order.</param>
internal sealed record BraxState(string[] Moving, string[] Prescribed, int Draws, int[] Touching)
{
    /// <summary>Index of the first prescribed position.</summary>
    public int Places => BodyState<Real>.Size * Moving.Length;

    /// <summary>Index of the target's position.</summary>
    public int Target => Places + (3 * Prescribed.Length);

    /// <summary>Index of the numbers that the target was drawn from.</summary>
    public int Drawn => Target + 3;

    /// <summary>Index of the contact flags.</summary>
    public int Flags => Drawn + Draws;

    /// <summary>Index of the mark of a step that reached the target.</summary>
    public int Hit => Flags + Touching.Length;

    /// <summary>Number of components.</summary>
    public int Size => Hit + 1;

    /// <summary>Names and units.</summary>
    public SpaceSpec Spec => new(
    [
        .. Moving.SelectMany(name => (Dimension[])
        [
            .. StateComponents.Axes(name + " position", "m", "xyz"),
            .. StateComponents.Axes(name + " quaternion", "1", "xyzw"),
            .. StateComponents.Axes(name + " velocity", "m/s", "xyz"),
            .. StateComponents.Axes(name + " angular velocity", "rad/s", "xyz"),
        ]),
        .. Prescribed.SelectMany(name => StateComponents.Axes(name + " position", "m", "xyz")),
        .. StateComponents.Axes("target position", "m", "xyz"),
        .. Enumerable.Range(1, Draws).Select(i => new Dimension($"target draw {i}", "1")),
        .. Touching.Select(body => new Dimension(Moving[body] + " contact", "1")),
        new("target reached", "1"),
    ]);

    /// <summary>Reads all bodies: the moving ones, then the prescribed ones.</summary>
    public BodyState<T>[] Bodies<T>(ReadOnlySpan<T> state)
        where T : struct, IScalar<T>
    {
        var bodies = new BodyState<T>[Moving.Length + Prescribed.Length];
        for (int i = 0; i < Moving.Length; i++) bodies[i] = BodyState<T>.From(state[(i * BodyState<T>.Size)..]);
        for (int i = 0; i < Prescribed.Length; i++)
            bodies[Moving.Length + i] = BodyState<T>.Resting(Vectors.Read(state[(Places + (3 * i))..]));
        return bodies;
    }

    /// <summary>Writes all bodies.</summary>
    public void Write<T>(BodyState<T>[] bodies, Span<T> state)
        where T : struct, IScalar<T>
    {
        for (int i = 0; i < Moving.Length; i++) bodies[i].CopyTo(state[(i * BodyState<T>.Size)..]);
        for (int i = 0; i < Prescribed.Length; i++)
            Vectors.Write(bodies[Moving.Length + i].Position, state[(Places + (3 * i))..]);
    }
}
