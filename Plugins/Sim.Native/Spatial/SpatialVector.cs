using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A spatial vector about the world origin, angular part first. It is either a motion (angular velocity, velocity of
/// the body-fixed point at the origin) or a force (torque about the origin, force). Featherstone, Rigid Body Dynamics
/// Algorithms, chapter 2.
/// </summary>
/// <typeparam name="T">The scalar type.</typeparam>
/// <param name="Angular">Angular part: angular velocity [rad/s] or torque [N m].</param>
/// <param name="Linear">Linear part: velocity [m/s] or force [N].</param>
internal readonly record struct SpatialVector<T>(Vector3<T> Angular, Vector3<T> Linear)
    where T : struct, IScalar<T>
{
    public static SpatialVector<T> Zero => new(Vector3<T>.Zero, Vector3<T>.Zero);

    public static SpatialVector<T> operator +(SpatialVector<T> a, SpatialVector<T> b) =>
        new(a.Angular + b.Angular, a.Linear + b.Linear);

    public static SpatialVector<T> operator -(SpatialVector<T> a, SpatialVector<T> b) =>
        new(a.Angular - b.Angular, a.Linear - b.Linear);

    public static SpatialVector<T> operator *(T s, SpatialVector<T> a) => new(s * a.Angular, s * a.Linear);

    /// <summary>Power that a force does along a motion.</summary>
    public static T Dot(SpatialVector<T> a, SpatialVector<T> b) =>
        Vector3<T>.Dot(a.Angular, b.Angular) + Vector3<T>.Dot(a.Linear, b.Linear);

    /// <summary>Rate of change of a motion vector m that is fixed in a body moving with v.</summary>
    public static SpatialVector<T> CrossMotion(SpatialVector<T> v, SpatialVector<T> m) => new(
        Vector3<T>.Cross(v.Angular, m.Angular),
        Vector3<T>.Cross(v.Angular, m.Linear) + Vector3<T>.Cross(v.Linear, m.Angular));
}
