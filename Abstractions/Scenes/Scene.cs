namespace MbMix;

/// <summary>
/// What an environment looks like: bodies with shapes, points, and lines and surfaces through points. Lengths are in
/// meters, in a world whose z axis points up. It is the same for all states.
/// </summary>
public sealed record Scene
{
    /// <summary>Names of the bodies, whose poses are in <see cref="SceneFrame.Bodies"/>.</summary>
    public IReadOnlyList<string> Bodies { get; init; } = [];

    /// <summary>The shapes.</summary>
    public IReadOnlyList<SceneShape> Shapes { get; init; } = [];

    /// <summary>The points. The free ones among them are in <see cref="SceneFrame.Points"/>.</summary>
    public IReadOnlyList<ScenePoint> Points { get; init; } = [];

    /// <summary>The lines.</summary>
    public IReadOnlyList<SceneLine> Lines { get; init; } = [];

    /// <summary>The surfaces.</summary>
    public IReadOnlyList<SceneSurface> Surfaces { get; init; } = [];

    /// <summary>Index of the body that a camera follows; -1 for none.</summary>
    public int Follow { get; init; } = -1;
}
