namespace MujocoSharp;

/// <summary>One contact: a view into the data object, valid until the next call on that object.</summary>
public readonly ref struct MjContact
{
    internal MjContact(
        int geom1,
        int geom2,
        int dimension,
        int constraint,
        ReadOnlySpan<double> distance,
        ReadOnlySpan<double> position,
        ReadOnlySpan<double> frame)
    {
        (Geom1, Geom2, Dimension, ConstraintAddress) = (geom1, geom2, dimension, constraint);
        Distance = distance[0];
        Position = position;
        Frame = frame;
    }

    /// <summary>Id of the first geom.</summary>
    public int Geom1 { get; }

    /// <summary>Id of the second geom.</summary>
    public int Geom2 { get; }

    /// <summary>Number of constrained directions: 1, 3, 4 or 6.</summary>
    public int Dimension { get; }

    /// <summary>
    /// Index of its first row among the constraints; negative where the contact is excluded from them.
    /// </summary>
    public int ConstraintAddress { get; }

    /// <summary>Distance between the surfaces [m]; negative where they overlap.</summary>
    public double Distance { get; }

    /// <summary>Point halfway between the surfaces [m], in the world frame [3].</summary>
    public ReadOnlySpan<double> Position { get; }

    /// <summary>
    /// Axes of the contact frame, one per row [3 x 3]. The first is the normal, which points from the first geom to the
    /// second.
    /// </summary>
    public ReadOnlySpan<double> Frame { get; }
}
