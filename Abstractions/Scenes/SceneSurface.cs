using System.Numerics;

namespace MbMix;

/// <summary>A surface that points span, such as a cloth. It is seen from both sides.</summary>
/// <param name="Triangles">Three indices in <see cref="Scene.Points"/> per triangle.</param>
public sealed record SceneSurface(IReadOnlyList<int> Triangles)
{
    /// <summary>Red, green, blue and opacity, each 0 to 1; null for the viewer's choice.</summary>
    public Vector4? Color { get; init; }
}
