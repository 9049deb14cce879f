using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where a link is, in the world.</summary>
/// <param name="Rotation">Orientation of the link's frame.</param>
/// <param name="Position">Origin of the link's frame.</param>
/// <param name="Center">Center of mass.</param>
/// <param name="Subspace">The motion that a unit of each velocity component of its joint gives.</param>
internal readonly record struct LinkPose<T>(Matrix3<T> Rotation, Vector3<T> Position, Vector3<T> Center, SpatialVector<T>[] Subspace)
    where T : struct, IScalar<T>;
