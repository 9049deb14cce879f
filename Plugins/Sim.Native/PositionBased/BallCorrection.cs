using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Brings the angles of a ball joint back within their limits, a share of the way. Inputs are the x and y axes of the
/// parent and the y and z axes of the child; parameters are three pairs of limits [rad] and the inverses of both
/// bodies; outputs are the rotation vectors of parent and child.
/// </summary>
internal sealed class BallCorrection : IRepeatedTerm
{
    public int Inputs => 12;

    public int Parameters => 14;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => (T)1 > 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        Vector3<T> x = Vectors.Read(inputs), z = Vectors.Read(inputs[9..]);
        var angles = BallAngles<T>.Of(x, Vectors.Read(inputs[3..]), Vectors.Read(inputs[6..]), z);
        Inverses<T> parent = Inverses<T>.From(parameters[6..]), child = Inverses<T>.From(parameters[10..]);
        var impulse = TurnCorrection.Impulse(Beyond(angles.First, parameters) * x, parent, child)
            + TurnCorrection.Impulse(Beyond(angles.Second, parameters[2..]) * angles.Nodes, parent, child)
            + TurnCorrection.Impulse(Beyond(angles.Third, parameters[4..]) * z, parent, child);
        TurnCorrection.Apply(impulse, parent, child, outputs);
    }

    // sine of the angle beyond the limits
    private static T Beyond<T>(T angle, ReadOnlySpan<T> limits)
        where T : struct, IScalar<T> => T.Sin(angle - ScalarMath.Clip(angle, limits[0], limits[1]));
}
