using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Turns parent and child toward each other, a share of the way.</summary>
internal static class TurnCorrection
{
    private const double Share = 0.2;

    /// <summary>Computes the share of an error that the parent turns by, before its inertia.</summary>
    /// <param name="error">What the child is turned by too much, as a rotation vector [rad].</param>
    /// <param name="parent">Inverses of the parent.</param>
    /// <param name="child">Inverses of the child.</param>
    public static Vector3<T> Impulse<T>(Vector3<T> error, Inverses<T> parent, Inverses<T> child)
        where T : struct, IScalar<T>
    {
        var (angle, axis) = Lengths.Split(error);
        return ((T)Share * angle / (parent.About(axis) + child.About(axis) + (T)Lengths.Tiny)) * axis;
    }

    /// <summary>Writes the rotation vectors of parent and child.</summary>
    public static void Apply<T>(Vector3<T> impulse, Inverses<T> parent, Inverses<T> child, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vectors.Write(parent.Turn(impulse), outputs);
        Vectors.Write(-child.Turn(impulse), outputs[3..]);
    }
}
