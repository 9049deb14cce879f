using TorchSharp;

namespace MbMix;

/// <summary>
/// Where everything in a <see cref="Scene"/> is, for a batch of B states. All tensors are contiguous, on the CPU and
/// the caller's; numbers are float64.
/// </summary>
/// <param name="Bodies">
/// Poses of the bodies in the world, <c>[B, bodies, 7]</c>: position [m], then a unit quaternion (x, y, z, w).
/// </param>
/// <param name="Points">
/// Positions of the free points in the world, in their order, <c>[B, free points, 3]</c> [m].
/// </param>
/// <param name="Touching">
/// Whether each point touches something, bool <c>[B, points]</c>; null if it is not known.
/// </param>
/// <param name="Activity">
/// How active each line is, 0 to 1, <c>[B, lines]</c>; null if it is not known.
/// </param>
public sealed record SceneFrame(
    torch.Tensor Bodies, torch.Tensor Points, torch.Tensor? Touching = null, torch.Tensor? Activity = null)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Bodies.Dispose();
        Points.Dispose();
        Touching?.Dispose();
        Activity?.Dispose();
    }
}
