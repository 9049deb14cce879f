using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Compliant contact of a point with the ground y = 0, as in the DiffRL suite: an elastic force of the depth, damping of depth times approach
/// speed, and viscous friction up to Coulomb's bound on the elastic force. No force above the ground.
/// </summary>
internal static class GroundContact
{
    /// <summary>The wrench on the link about the world origin.</summary>
    /// <param name="ground">The material.</param>
    /// <param name="at">The contact point in the world.</param>
    /// <param name="motion">The motion of the link.</param>
    public static SpatialVector<T> Wrench<T>(ContactMaterial ground, Vector3<T> at, SpatialVector<T> motion)
        where T : struct, IScalar<T>
    {
        var rate = motion.Linear + Vector3<T>.Cross(motion.Angular, at);
        T depth = T.Max(-at.Y, 0);
        T elastic = (T)ground.Stiffness * depth;
        T normal = elastic - ((T)ground.Damping * T.Min(rate.Y, 0) * depth);

        // the direction of no sliding is nothing; the guard keeps the root's derivative finite there
        T square = (rate.X * rate.X) + (rate.Z * rate.Z);
        var sliding = square > (T)0;
        T reciprocal = (T)1 / T.Sqrt(T.Select(sliding, square, 1));
        T coulomb = (T)ground.Friction * elastic * reciprocal;
        T friction = T.Select(sliding, T.Min(ground.Viscosity, coulomb), 0);
        var force = new Vector3<T>(-(friction * rate.X), normal, -(friction * rate.Z));
        return new(Vector3<T>.Cross(at, force), force);
    }
}
