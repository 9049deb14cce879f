namespace MbMix.Simulation;

/// <summary>Where everything of a scene is in one lane; a <see cref="LaneSceneView"/> fills it in.</summary>
public readonly ref struct LanePose
{
    internal LanePose(Span<double> bodies, Span<double> points, Span<bool> touching, Span<double> activity)
    {
        Bodies = bodies;
        Points = points;
        Touching = touching;
        Activity = activity;
    }

    /// <summary>
    /// Seven numbers per body: position [m], then a unit quaternion (x, y, z, w). Before it is filled in, every body is
    /// at the origin and not turned.
    /// </summary>
    public Span<double> Bodies { get; }

    /// <summary>Three numbers per free point: its position [m].</summary>
    public Span<double> Points { get; }

    /// <summary>Whether each point touches something.</summary>
    public Span<bool> Touching { get; }

    /// <summary>How active each line is, 0 to 1.</summary>
    public Span<double> Activity { get; }

    /// <summary>Sets the pose of a body.</summary>
    /// <param name="body">Its index.</param>
    /// <param name="x">Position along x [m].</param>
    /// <param name="y">Position along y [m].</param>
    /// <param name="z">Position along z, up [m].</param>
    public void Place(int body, double x, double y, double z)
    {
        var at = Bodies.Slice(7 * body, 3);
        (at[0], at[1], at[2]) = (x, y, z);
    }

    /// <summary>Sets the orientation of a body.</summary>
    /// <param name="body">Its index.</param>
    /// <param name="x">Component x of a unit quaternion.</param>
    /// <param name="y">Component y.</param>
    /// <param name="z">Component z.</param>
    /// <param name="w">Component w.</param>
    public void Turn(int body, double x, double y, double z, double w)
    {
        var at = Bodies.Slice((7 * body) + 3, 4);
        (at[0], at[1], at[2], at[3]) = (x, y, z, w);
    }
}
