namespace MbMix.Sim.MuJoCoFD;

/// <summary>A rotation given by a unit quaternion.</summary>
internal readonly record struct Rotation(double W, Vector V)
{
    /// <summary>From a quaternion with w first.</summary>
    public static Rotation Of(ReadOnlySpan<double> q) => new(q[0], new Vector(q[1], q[2], q[3]));

    public Vector Apply(Vector x)
    {
        var t = Vector.Cross(V, x) * 2;
        return x + (t * W) + Vector.Cross(V, t);
    }

    /// <summary>The inverse rotation.</summary>
    public Vector Back(Vector x) => new Rotation(W, V * -1).Apply(x);
}
