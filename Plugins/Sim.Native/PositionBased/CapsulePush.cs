using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Pushes two capsules apart and holds them on each other. Inputs are position and rotation of the first body, both at
/// the start of the substep, and the same of the second body; parameters are those of <see cref="CapsuleTouch{T}"/>;
/// outputs are displacement, rotation vector, and 1, for the first body and, unless the contact is
/// one-way, the second.
/// </summary>
/// <param name="oneWay">Whether the second body counts as motionless.</param>
internal sealed class CapsulePush(bool oneWay) : IRepeatedTerm
{
    public int Inputs => 48;

    public int Parameters => CapsuleTouch<Real>.Parameters;

    public int Outputs => oneWay ? 7 : 14;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => Find(inputs, parameters).Depth > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var found = Find(inputs, parameters);
        ReadOnlySpan<T> first = inputs, second = inputs[24..];
        var between = Vectors.Read(first) - Vectors.Read(second);
        var inverses = Inverses<T>.From(parameters[8..]);
        Touch<T> touch;
        T friction;
        Vector3<T> slid;
        if (oneWay)
        {
            touch = new(inverses, found.Middle, new(0, Vector3<T>.Zero), Vector3<T>.Zero);
            slid = Moved(first, found.Middle);
            friction = parameters[16];
        }
        else
        {
            // each arm ends on the surface; sliding is held up to the push itself, whatever the friction, as published
            var half = ((T)0.5 * found.Depth) * found.Normal;
            Vector3<T> arm = found.Middle - half, otherArm = found.Middle + between + half;
            touch = new(inverses, arm, Inverses<T>.From(parameters[12..]), otherArm);
            slid = Moved(first, arm) - Moved(second, otherArm);
            friction = 1;
        }
        touch.Apply(touch.Push(found.Normal, found.Depth, slid, friction), outputs);
    }

    private static CapsuleTouch<T> Find<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => CapsuleTouch<T>.Of(
            Vectors.Read(inputs) - Vectors.Read(inputs[24..]),
            Vectors.ReadMatrix(inputs[3..]),
            Vectors.ReadMatrix(inputs[27..]),
            parameters);

    // how far the point of a body at an arm has moved since the start of the substep
    private static Vector3<T> Moved<T>(ReadOnlySpan<T> body, Vector3<T> arm)
        where T : struct, IScalar<T>
    {
        var local = Vectors.ReadMatrix(body[3..]).Transposed * arm;
        return Vectors.Read(body) + arm - (Vectors.Read(body[12..]) + (Vectors.ReadMatrix(body[15..]) * local));
    }
}
