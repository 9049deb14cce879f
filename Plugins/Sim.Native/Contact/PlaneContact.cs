using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Compliant contact of a sphere with a horizontal plane in a world whose z axis points up: an elastic force
/// proportional to the depth, damping proportional to the speed but at most as large as the elastic force, so that the
/// ground never pulls, and viscous friction up to the Coulomb limit of the elastic force. Inputs of
/// the term are rotation, position and motion of the link, and the height in the world of the origin that they are
/// measured from; parameters are those of a <see cref="PlanePoint"/>; the output is the wrench on the link.
/// </summary>
internal sealed class PlaneContact : IRepeatedTerm
{
    public int Inputs => 19;

    public int Parameters => 9;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => Lowest(inputs, parameters).Z < parameters[4] - inputs[18];

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var at = Lowest(inputs, parameters);
        var rate = new Vector3<T>(inputs[15], inputs[16], inputs[17])
            + Vector3<T>.Cross(new(inputs[12], inputs[13], inputs[14]), at);
        T plane = parameters[4] - inputs[18], depth = plane - at.Z, elastic = parameters[5] * depth;
        T normal = Damped(elastic, -(parameters[6] * rate.Z));

        // friction per sliding speed; where nothing slides, the guards keep the derivative of the root finite
        T square = (rate.X * rate.X) + (rate.Y * rate.Y);
        var sliding = square > (T)0;
        T coulomb = parameters[8] * elastic / T.Sqrt(T.Select(sliding, square, 1));
        T friction = T.Select(sliding, T.Min(parameters[7], coulomb), parameters[7]);
        var touching = at.Z < plane;
        var force = new Vector3<T>(
            T.Select(touching, -(friction * rate.X), 0),
            T.Select(touching, -(friction * rate.Y), 0),
            T.Select(touching, normal, 0));
        var torque = Vector3<T>.Cross(at, force);
        (outputs[0], outputs[1], outputs[2]) = (torque.X, torque.Y, torque.Z);
        (outputs[3], outputs[4], outputs[5]) = (force.X, force.Y, force.Z);
    }

    /// <summary>Adds damping to a force that only pushes; it is at most as large as this force.</summary>
    public static T Damped<T>(T push, T damping)
        where T : struct, IScalar<T> => push + T.Max(-push, T.Min(push, damping));

    /// <summary>The lowest point of the sphere.</summary>
    private static Vector3<T> Lowest<T>(ReadOnlySpan<T> frame, ReadOnlySpan<T> point)
        where T : struct, IScalar<T>
    {
        var rotation = new Matrix3<T>(
            new(frame[0], frame[1], frame[2]),
            new(frame[3], frame[4], frame[5]),
            new(frame[6], frame[7], frame[8]));
        var center = new Vector3<T>(point[0], point[1], point[2]);
        return new Vector3<T>(frame[9], frame[10], frame[11] - point[3]) + (rotation * center);
    }
}
