using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Muscles as strings: consecutive points on different links are pulled together.</summary>
internal static class Muscle
{
    /// <summary>Adds a muscle's pull to the wrenches that the links' inertial forces are balanced against.</summary>
    /// <param name="muscle">The muscle.</param>
    /// <param name="activation">Its activation, 0 to 1.</param>
    /// <param name="poses">Poses of all links.</param>
    /// <param name="force">Wrenches of all links; pulls are subtracted, as they act from outside.</param>
    public static void Pull<T>(MuscleDescription muscle, T activation, LinkPose<T>[] poses, SpatialVector<T>[] force)
        where T : struct, IScalar<T>
    {
        T tension = (T)muscle.Tension * activation;
        for (int i = 0; i + 1 < muscle.Links.Length; i++)
        {
            int first = muscle.Links[i], second = muscle.Links[i + 1];
            if (first == second) continue;
            Vector3<T> from = Place(poses[first], muscle.Points[i]), to = Place(poses[second], muscle.Points[i + 1]);
            var along = to - from;
            T scale = tension / T.Sqrt(Vector3<T>.Dot(along, along));
            var pull = scale * along;

            // both ends are on one line of force, so both wrenches are the same up to sign
            var wrench = new SpatialVector<T>(Vector3<T>.Cross(from, pull), pull);
            force[first] -= wrench;
            force[second] += wrench;
        }
    }

    private static Vector3<T> Place<T>(LinkPose<T> pose, double[] point)
        where T : struct, IScalar<T> => pose.Position + (pose.Rotation * Vector3<T>.From(point));
}
