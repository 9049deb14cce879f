using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>The pose of a link in the world.</summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="Rotation">Orientation of the link's frame.</param>
/// <param name="Position">Origin of the link's frame [m].</param>
/// <param name="Center">Center of mass [m].</param>
/// <param name="Subspace">Motion subspace of its joint: the spatial motion per unit of each velocity component.</param>
internal readonly record struct LinkPose<T>(
    Matrix3<T> Rotation, Vector3<T> Position, Vector3<T> Center, SpatialVector<T>[] Subspace)
    where T : struct, IScalar<T>;
