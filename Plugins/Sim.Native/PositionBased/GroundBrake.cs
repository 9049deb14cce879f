using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Friction of a point on the ground, and the end of its fall. Inputs are position and rotation of the body when the
/// contact was found, its position, velocity and angular velocity after positions were corrected, and both velocities
/// before; parameters are those of <see cref="GroundTouch{T}"/>; outputs are the changes of both velocities, and 1.
/// </summary>
/// <param name="substep">The substep [s].</param>
/// <param name="gravity">Acceleration of gravity [m/s^2].</param>
internal sealed class GroundBrake(double substep, double gravity) : IRepeatedTerm
{
    // a slower fall is gravity at work between two contacts
    private readonly double slowest = -4 * gravity * substep;

    public int Inputs => 27;

    public int Parameters => GroundTouch<Real>.Parameters;

    public int Outputs => 7;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => Find(inputs, parameters).Depth > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var found = Find(inputs, parameters);
        var arm = Vectors.Read(inputs) + found.Arm - Vectors.Read(inputs[12..]);
        Vector3<T> Rate(ReadOnlySpan<T> motion) =>
            Vectors.Read(motion) + Vector3<T>.Cross(Vectors.Read(motion[3..]), arm);
        var touch = GroundTouch<T>.At(arm, parameters);
        touch.Apply(
            touch.Brake(
                new(0, 0, 1),
                found.Depth,
                Rate(inputs[15..]),
                Rate(inputs[21..]),
                parameters[8] * (0.5 / substep),
                slowest),
            outputs);
    }

    private static GroundTouch<T> Find<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> =>
        GroundTouch<T>.Of(Vectors.Read(inputs), Vectors.ReadMatrix(inputs[3..]), parameters);
}
