using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Compliant contact of a point with the ground y = 0, as in the DiffRL suite: an elastic force of the depth, damping of depth times approach
/// speed, and viscous friction up to Coulomb's bound on the elastic force. No force above the ground. As a term: inputs are rotation, position and
/// motion of the link; parameters the point in the link's frame and how far below it the surface is; outputs the wrench on the link.
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
        var motion = new SpatialVector<T>(new(inputs[12], inputs[13], inputs[14]), new(inputs[15], inputs[16], inputs[17]));
        var (torque, force) = Wrench(ground, At(inputs, parameters), motion);
        (outputs[0], outputs[1], outputs[2]) = (torque.X, torque.Y, torque.Z);
        (outputs[3], outputs[4], outputs[5]) = (force.X, force.Y, force.Z);
    }

    /// <summary>The wrench on the link about the world origin.</summary>
    /// <param name="ground">The material.</param>
    /// <param name="at">The contact point in the world.</param>
    /// <param name="motion">The motion of the link.</param>
    public static SpatialVector<T> Wrench<T>(ContactMaterial ground, Vector3<T> at, SpatialVector<T> motion)
        where T : struct, IScalar<T>
    {
        var touching = at.Y < 0; // touching the ground is not yet contact
        var rate = motion.Linear + Vector3<T>.Cross(motion.Angular, at);
        T depth = -at.Y, elastic = (T)ground.Stiffness * depth;
        T normal = elastic - ((T)ground.Damping * T.Min(0, rate.Y) * depth);

        // friction per sliding speed; the guards keep the root's derivative finite where nothing slides, and there the viscous branch holds
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

    /// <summary>The lowest point of the surface around a contact point.</summary>
    private static Vector3<T> At<T>(ReadOnlySpan<T> frame, ReadOnlySpan<T> point)
        where T : struct, IScalar<T>
    {
        var rotation = new Matrix3<T>(new(frame[0], frame[1], frame[2]), new(frame[3], frame[4], frame[5]), new(frame[6], frame[7], frame[8]));
        return new Vector3<T>(frame[9], frame[10] - point[3], frame[11]) + (rotation * new Vector3<T>(point[0], point[1], point[2]));
    }
}
