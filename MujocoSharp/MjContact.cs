namespace MujocoSharp;

/// <summary>One contact, a view into the data object; valid until the next call on it.</summary>
public readonly ref struct MjContact
{
    internal MjContact(int geom1, int geom2, int dimension, int constraint, ReadOnlySpan<double> distance, ReadOnlySpan<double> position, ReadOnlySpan<double> frame)
    {
        (Geom1, Geom2, Dimension, ConstraintAddress) = (geom1, geom2, dimension, constraint);
        Distance = distance[0];
        Position = position;
        Frame = frame;
    }

    /// <summary>First geom.</summary>
    public int Geom1 { get; }

    /// <summary>Second geom.</summary>
    public int Geom2 { get; }

    /// <summary>1, 3, 4 or 6 constrained directions.</summary>
    public int Dimension { get; }

    /// <summary>First row among the constraints; negative where the contact takes no part.</summary>
    public int ConstraintAddress { get; }

    /// <summary>Distance of the surfaces [m]; negative where they overlap.</summary>
    public double Distance { get; }

    /// <summary>Point half way between the surfaces [m], world frame [3].</summary>
    public ReadOnlySpan<double> Position { get; }

    /// <summary>Rows of the contact frame [9]; the first is the normal, from the first geom to the second.</summary>
    public ReadOnlySpan<double> Frame { get; }
}
