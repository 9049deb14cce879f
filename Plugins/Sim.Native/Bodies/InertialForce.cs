using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// The force needed to move a link as it moves, by Newton's and Euler's laws about its center of mass. It is computed
/// in the link's axes, where the inertia is constant and mostly zero, which takes half the operations of rotating the
/// inertia into world axes.
/// </summary>
internal static class InertialForce
{
    /// <summary>Computes the wrench about the world origin, minus the weight.</summary>
    /// <param name="link">The link.</param>
    /// <param name="gravity">Gravitational acceleration [m/s^2].</param>
    /// <param name="pose">Pose of the link.</param>
    /// <param name="motion">Motion of the link.</param>
    /// <param name="acceleration">Rate of change of the motion.</param>
    public static SpatialVector<T> Wrench<T>(
        LinkDescription link,
        Vector3<T> gravity,
        LinkPose<T> pose,
        SpatialVector<T> motion,
        SpatialVector<T> acceleration)
        where T : struct, IScalar<T>
    {
        var center = pose.Center;
        var velocity = motion.Linear + Vector3<T>.Cross(motion.Angular, center);
        var centerAcceleration = acceleration.Linear + Vector3<T>.Cross(acceleration.Angular, center)
            + Vector3<T>.Cross(motion.Angular, velocity);
        var force = (T)link.Mass * (centerAcceleration - gravity);

        double[] i = link.Inertia;
        var inertia = new Matrix3<T>(new(i[0], i[3], i[4]), new(i[3], i[1], i[5]), new(i[4], i[5], i[2]));
        var toLink = pose.Rotation.Transposed;
        Vector3<T> spin = toLink * motion.Angular, change = toLink * acceleration.Angular;
        var torque = pose.Rotation * ((inertia * change) + Vector3<T>.Cross(spin, inertia * spin));
        return new(torque + Vector3<T>.Cross(center, force), force);
    }
}
