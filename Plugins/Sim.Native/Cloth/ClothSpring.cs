using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A spring between two particles of a cloth. Inputs are both positions, the parameter is the length at rest, outputs
/// are the forces on both.
/// </summary>
/// <param name="stiffness">Force when stretched to twice its length.</param>
/// <param name="stableGradient">
/// Whether a spring that is pressed together keeps its direction in the derivative. It then resists, where in truth it
/// gives way to the side ever faster, which makes derivatives grow without bounds.
/// </param>
internal sealed class ClothSpring(double stiffness, bool stableGradient) : IRepeatedTerm
{
    private const double ShortestLength = 1e-6;

    public int Inputs => 6;

    public int Parameters => 1;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)0 >= 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var along = new Vector3<T>(inputs[3], inputs[4], inputs[5]) - new Vector3<T>(inputs[0], inputs[1], inputs[2]);
        T length = T.Sqrt(T.Max(Vector3<T>.Dot(along, along), ShortestLength * ShortestLength));
        T atRest = parameters[0];
        if (!stableGradient)
        {
            Write(((T)stiffness * (length - atRest) / (atRest * length)) * along, outputs);
            return;
        }
        var direction = ((T)1 / length) * along;
        var pressed = length < atRest;
        direction = new(
            T.Select(pressed, T.Stop(direction.X), direction.X),
            T.Select(pressed, T.Stop(direction.Y), direction.Y),
            T.Select(pressed, T.Stop(direction.Z), direction.Z));
        Write(((T)stiffness * (Vector3<T>.Dot(along, direction) - atRest) / atRest) * direction, outputs);
    }

    private static void Write<T>(Vector3<T> force, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        (outputs[0], outputs[1], outputs[2]) = (force.X, force.Y, force.Z);
        (outputs[3], outputs[4], outputs[5]) = (-force.X, -force.Y, -force.Z);
    }
}
