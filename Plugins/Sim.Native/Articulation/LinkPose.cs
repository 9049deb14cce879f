using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where a link is, in the world.</summary>
/// <remarks>
/// Quaternions of a state are of norm 1 up to rounding, but partial derivatives with respect to their components are taken one at a time, so
/// it matters what a matrix is off the unit sphere. The suite composes quaternions q and turns vectors with (2 w^2 - 1) 1 + 2 w [v]x + 2 v v', which
/// is <see cref="Turn"/> + (|q|^2 - 1) 1. Composing matrices instead keeps the zeros of hinges, and gives the same to the last partial.
/// </remarks>
/// <param name="Turn">Product of the joints' quaternion matrices.</param>
/// <param name="Norm">Product of the squared norms of the joints' quaternions, |q|^2.</param>
/// <param name="Rotation">What turns a vector of the link's frame into the world.</param>
/// <param name="Position">Origin of the link's frame.</param>
/// <param name="Center">Center of mass.</param>
/// <param name="Subspace">The motion that a unit of each velocity component of its joint gives.</param>
internal readonly record struct LinkPose<T>(
    Matrix3<T> Turn, T Norm, Matrix3<T> Rotation, Vector3<T> Position, Vector3<T> Center, SpatialVector<T>[] Subspace)
    where T : struct, IScalar<T>;
