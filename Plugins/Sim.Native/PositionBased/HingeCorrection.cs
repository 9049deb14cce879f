using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Makes the axes of a hinge parallel and brings its angle back within its limits, a share of the way. Inputs are the
/// x and z axes of parent and child; parameters are the limits [rad] and the inverses of both bodies; outputs are
/// the rotation vectors of parent and child.
/// </summary>
internal sealed class HingeCorrection : IRepeatedTerm
{
    public int Inputs => 12;

    public int Parameters => 10;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)1 > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> parentX = Vectors.Read(inputs), parentZ = Vectors.Read(inputs[3..]);
        Vector3<T> childX = Vectors.Read(inputs[6..]), childZ = Vectors.Read(inputs[9..]);
        Inverses<T> parent = Inverses<T>.From(parameters[2..]), child = Inverses<T>.From(parameters[6..]);
        var side = Vector3<T>.Cross(parentX, parentZ);
        T angle = ScalarMath.Clip(Angle(parentZ, side, childZ), parameters[0], parameters[1]);
        var wanted = (T.Cos(angle) * parentZ) + (T.Sin(angle) * side);
        var impulse = TurnCorrection.Impulse(Vector3<T>.Cross(parentX, childX), parent, child)
            + TurnCorrection.Impulse(Vector3<T>.Cross(wanted, childZ), parent, child);
        TurnCorrection.Apply(impulse, parent, child, outputs);
    }

    /// <summary>The angle of a hinge [rad].</summary>
    /// <param name="parentZ">z axis of the parent.</param>
    /// <param name="side">Where that axis points after a quarter turn.</param>
    /// <param name="childZ">z axis of the child.</param>
    public static T Angle<T>(Vector3<T> parentZ, Vector3<T> side, Vector3<T> childZ)
        where T : struct, IScalar<T> => T.Atan2(Vector3<T>.Dot(side, childZ), Vector3<T>.Dot(parentZ, childZ));
}
