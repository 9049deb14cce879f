namespace MbMix.Sim.MuJoCoFD;

/// <summary>A rotation, as the unit quaternion (W, V).</summary>
internal readonly record struct Rotation(double W, Vector V)
{
    /// <summary>The rotation of a quaternion [4] with w first.</summary>
    public static Rotation Of(ReadOnlySpan<double> q) => new(q[0], new Vector(q[1], q[2], q[3]));

    /// <summary>Rotates a vector.</summary>
    public Vector Apply(Vector x)
    {
        var t = Vector.Cross(V, x) * 2;
        return x + (t * W) + Vector.Cross(V, t);
    }

    /// <summary>Rotates a vector by the inverse rotation.</summary>
    public Vector Back(Vector x) => new Rotation(W, V * -1).Apply(x);
}
