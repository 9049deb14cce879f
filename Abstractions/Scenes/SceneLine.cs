using System.Numerics;

namespace MbMix;

/// <summary>A line through points, such as a muscle, a tendon or a rope.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Points">Indices in <see cref="Scene.Points"/>, at least two.</param>
public sealed record SceneLine(string Name, IReadOnlyList<int> Points)
{
    /// <summary>Thickness [m].</summary>
    public float Width { get; init; } = 0.01f;

    /// <summary>Red, green, blue and opacity, each 0 to 1; null for the viewer's choice.</summary>
    public Vector4? Color { get; init; }
}
