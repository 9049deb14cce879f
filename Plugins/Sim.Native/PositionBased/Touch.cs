using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>What happens at a contact point; a body that counts as motionless has the inverses 0.</summary>
/// <param name="First">Inverses of the body that is pushed along the normal.</param>
/// <param name="FirstArm">The point, from its center of mass [m].</param>
/// <param name="Second">Inverses of the body that is pushed the other way.</param>
/// <param name="SecondArm">The point, from its center of mass [m].</param>
internal readonly record struct Touch<T>(
    Inverses<T> First, Vector3<T> FirstArm, Inverses<T> Second, Vector3<T> SecondArm)
    where T : struct, IScalar<T>
{
    /// <summary>How much a unit impulse in a direction moves the bodies apart.</summary>
    public T Along(Vector3<T> direction) =>
        First.Along(FirstArm, direction) + Second.Along(SecondArm, direction) + (T)Lengths.Tiny;

    /// <summary>
    /// The impulse that pushes the bodies apart by their depth and, if that needs less than a share of it, takes back
    /// how far they have slid on each other.
    /// </summary>
    /// <param name="normal">Direction in which the first body is pushed.</param>
    /// <param name="depth">How deep they are in each other [m].</param>
    /// <param name="slid">How far the first has slid on the second [m].</param>
    /// <param name="friction">That share.</param>
    public Vector3<T> Push(Vector3<T> normal, T depth, Vector3<T> slid, T friction)
    {
        T push = depth / Along(normal);
        var along = Tangential(slid, normal);
        T ease = Along(Direction(along)), hold = Lengths.Of(along) / ease;
        return (push * normal) - (T.Select(hold < friction * push, (T)1 / ease, 0) * along);
    }

    /// <summary>
    /// The impulse that brakes sliding, at most by friction, and stops an approach.
    /// </summary>
    /// <param name="normal">Direction in which the first body is pushed.</param>
    /// <param name="depth">How deep they were in each other [m].</param>
    /// <param name="rate">Velocity of the first relative to the second, at the point [m/s].</param>
    /// <param name="before">The same before positions were corrected [m/s].</param>
    /// <param name="grip">Friction coefficient divided by twice the substep [1/s].</param>
    /// <param name="slowest">Speed along the normal up to which an approach is stopped [m/s].</param>
    public Vector3<T> Brake(
        Vector3<T> normal, T depth, Vector3<T> rate, Vector3<T> before, T grip, double slowest)
    {
        T push = depth / Along(normal);
        var along = Tangential(rate, normal);
        T speed = Lengths.Of(along), limit = grip * push;
        T share = T.Select(speed > limit, limit / T.Select(speed > limit, speed, 1), 1) / Along(Direction(along));
        var approaching = Vector3<T>.Dot(before, normal) <= (T)slowest;
        T stop = T.Select(approaching, -Vector3<T>.Dot(rate, normal), 0);
        return ((stop / Along(normal)) * normal) - (share * along);
    }

    /// <summary>Writes what an impulse does to both bodies, each with a 1 that counts the contact.</summary>
    public void Apply(Vector3<T> impulse, Span<T> outputs)
    {
        Vectors.Write(First.Mass * impulse, outputs);
        Vectors.Write(First.Turn(Vector3<T>.Cross(FirstArm, impulse)), outputs[3..]);
        outputs[6] = 1;
        if (outputs.Length == 7) return;
        Vectors.Write(-(Second.Mass * impulse), outputs[7..]);
        Vectors.Write(-Second.Turn(Vector3<T>.Cross(SecondArm, impulse)), outputs[10..]);
        outputs[13] = 1;
    }

    // The unit vector along another one. That of 0 is x: what it multiplies is 0 then, but its derivative is not.
    private static Vector3<T> Direction(Vector3<T> v)
    {
        T length = Lengths.Of(v);
        var some = length > 0;
        T scale = (T)1 / T.Select(some, length, 1);
        return new(T.Select(some, scale * v.X, 1), scale * v.Y, scale * v.Z);
    }

    private static Vector3<T> Tangential(Vector3<T> v, Vector3<T> normal) =>
        v - (Vector3<T>.Dot(v, normal) * normal);
}
