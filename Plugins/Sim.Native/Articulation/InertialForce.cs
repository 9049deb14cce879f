using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// What it takes to move a link as it moves: Newton's and Euler's laws about its center of mass, in the link's axes, where its inertia is constant
/// and mostly zeros. That is half the work of rotating the inertia into the world.
/// </summary>
internal static class InertialForce
{
    /// <summary>The wrench about the world origin, less the weight.</summary>
    /// <param name="link">The link.</param>
    /// <param name="gravity">Acceleration of free fall.</param>
    /// <param name="pose">Its pose.</param>
    /// <param name="motion">Its motion.</param>
    /// <param name="acceleration">Rate of change of its motion.</param>
    public static SpatialVector<T> Wrench<T>(LinkDescription link, Vector3<T> gravity, LinkPose<T> pose, SpatialVector<T> motion, SpatialVector<T> acceleration)
        where T : struct, IScalar<T>
    {
        var center = pose.Center;
        var velocity = motion.Linear + Vector3<T>.Cross(motion.Angular, center);
        var turned = acceleration.Linear + Vector3<T>.Cross(acceleration.Angular, center) + Vector3<T>.Cross(motion.Angular, velocity);
        var force = (T)link.Mass * (turned - gravity);

        double[] i = link.Inertia;
        var inertia = new Matrix3<T>(new(i[0], i[3], i[4]), new(i[3], i[1], i[5]), new(i[4], i[5], i[2]));
        var toLink = pose.Rotation.Transposed;
        Vector3<T> spin = toLink * motion.Angular, change = toLink * acceleration.Angular;
        var torque = pose.Rotation * ((inertia * change) + Vector3<T>.Cross(spin, inertia * spin));
        return new(torque + Vector3<T>.Cross(center, force), force);
    }
}
