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
        T depth = T.Max(0, -at.Y); // at a tie the constant takes the derivative: touching is not yet contact
        T elastic = (T)ground.Stiffness * depth;
        T normal = elastic - ((T)ground.Damping * T.Min(0, rate.Y) * depth);

        // friction per sliding speed; the guards keep the root's derivative finite where nothing slides, and there the viscous branch holds
        T square = (rate.X * rate.X) + (rate.Z * rate.Z);
        var sliding = square > (T)0;
        T coulomb = (T)ground.Friction * elastic / T.Sqrt(T.Select(sliding, square, 1));
        T resting = T.Select(depth > (T)0, ground.Viscosity, 0);
        T friction = T.Select(sliding, T.Min(ground.Viscosity, coulomb), resting);
        var force = new Vector3<T>(-(friction * rate.X), normal, -(friction * rate.Z));
        return new(Vector3<T>.Cross(at, force), force);
    }
}
