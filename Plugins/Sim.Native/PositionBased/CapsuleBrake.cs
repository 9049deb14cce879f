using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Friction between two capsules, and the end of their approach. Inputs are, of the first body and then of the second,
/// position and rotation when the contact was found, position, velocity and angular velocity after positions were
/// corrected, and both velocities before; parameters are those of <see cref="CapsuleTouch{T}"/>; outputs are the
/// changes of both velocities, and 1, of the first body and, unless the contact is one-way, the second.
/// </summary>
/// <param name="oneWay">Whether the second body counts as motionless.</param>
/// <param name="substep">The substep [s].</param>
/// <param name="gravity">Acceleration of gravity [m/s^2].</param>
internal sealed class CapsuleBrake(bool oneWay, double substep, double gravity) : IRepeatedTerm
{
    private readonly double slowest = oneWay ? -4 * gravity * substep : 0;

    public int Inputs => 54;

    public int Parameters => CapsuleTouch<Real>.Parameters;

    public int Outputs => oneWay ? 7 : 14;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => Find(inputs, parameters).Depth > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var found = Find(inputs, parameters);
        ReadOnlySpan<T> first = inputs, second = inputs[27..];
        Vector3<T> arm = found.Middle + Vectors.Read(first) - Vectors.Read(first[12..]);
        Vector3<T> otherArm = found.Middle + Vectors.Read(first) - Vectors.Read(second[12..]);
        Vector3<T> rate = Rate(first[15..], arm), before = Rate(first[21..], arm);
        if (!oneWay) (rate, before) = (rate - Rate(second[15..], otherArm), before - Rate(second[21..], otherArm));
        var other = oneWay ? new(0, Vector3<T>.Zero) : Inverses<T>.From(parameters[12..]);
        var touch = new Touch<T>(Inverses<T>.From(parameters[8..]), arm, other, otherArm);
        T grip = parameters[16] * (0.5 / substep);
        touch.Apply(touch.Brake(found.Normal, found.Depth, rate, before, grip, slowest), outputs);
    }

    private static CapsuleTouch<T> Find<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => CapsuleTouch<T>.Of(
            Vectors.Read(inputs) - Vectors.Read(inputs[27..]),
            Vectors.ReadMatrix(inputs[3..]),
            Vectors.ReadMatrix(inputs[30..]),
            parameters);

    private static Vector3<T> Rate<T>(ReadOnlySpan<T> motion, Vector3<T> arm)
        where T : struct, IScalar<T> =>
        Vectors.Read(motion) + Vector3<T>.Cross(Vectors.Read(motion[3..]), arm);
}
