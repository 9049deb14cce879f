using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Compliant contact of a point with the ground y = 0, as in the DiffRL suite: an elastic force proportional to the
/// depth, damping proportional to depth and approach speed, and viscous friction up to the Coulomb limit of the elastic
/// force. Above the ground there is no force. Inputs of the term are rotation, position and motion of the link,
/// parameters are the contact point's center in the link's frame and its radius, and the output is the wrench on the
/// link.
/// </summary>
internal sealed class GroundContact(ContactMaterial ground) : IRepeatedTerm
{
    public int Inputs => 18;

    public int Parameters => 4;

    public int Outputs => 6;

    public Mask<T> Active<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters)
        where T : struct, IScalar<T> => At(inputs, parameters).Y < 0;

    public void Evaluate<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<T> parameters, Span<T> outputs)
        where T : struct, IScalar<T>
    {
        var motion = new SpatialVector<T>(
            new(inputs[12], inputs[13], inputs[14]), new(inputs[15], inputs[16], inputs[17]));
        var (torque, force) = Wrench(ground, At(inputs, parameters), motion);
        (outputs[0], outputs[1], outputs[2]) = (torque.X, torque.Y, torque.Z);
        (outputs[3], outputs[4], outputs[5]) = (force.X, force.Y, force.Z);
    }

    /// <summary>Computes the wrench on the link about the world origin.</summary>
    /// <param name="ground">The contact parameters.</param>
    /// <param name="at">The contact point in the world [m].</param>
    /// <param name="motion">Motion of the link.</param>
    public static SpatialVector<T> Wrench<T>(ContactMaterial ground, Vector3<T> at, SpatialVector<T> motion)
        where T : struct, IScalar<T>
    {
        var touching = at.Y < 0;
        var rate = motion.Linear + Vector3<T>.Cross(motion.Angular, at);
        T depth = -at.Y, elastic = (T)ground.Stiffness * depth;
        T normal = elastic - ((T)ground.Damping * T.Min(0, rate.Y) * depth);

        // friction per sliding speed; where nothing slides, the guards keep the derivative of the root finite, and
        // friction is viscous
        T square = (rate.X * rate.X) + (rate.Z * rate.Z);
        var sliding = square > (T)0;
        T coulomb = (T)ground.Friction * elastic / T.Sqrt(T.Select(sliding, square, 1));
        T friction = T.Select(sliding, T.Min(ground.Viscosity, coulomb), ground.Viscosity);
        var force = new Vector3<T>(
            T.Select(touching, -(friction * rate.X), 0),
            T.Select(touching, normal, 0),
            T.Select(touching, -(friction * rate.Z), 0));
        return new(Vector3<T>.Cross(at, force), force);
    }

    /// <summary>The lowest point of the sphere in the world.</summary>
    private static Vector3<T> At<T>(ReadOnlySpan<T> frame, ReadOnlySpan<T> point)
        where T : struct, IScalar<T>
    {
        var rotation = new Matrix3<T>(
            new(frame[0], frame[1], frame[2]),
            new(frame[3], frame[4], frame[5]),
            new(frame[6], frame[7], frame[8]));
        var center = new Vector3<T>(point[0], point[1], point[2]);
        return new Vector3<T>(frame[9], frame[10] - point[3], frame[11]) + (rotation * center);
    }
}
