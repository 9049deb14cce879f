using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Mass, center of mass and inertia of a body.</summary>
/// <param name="Mass">Mass [kg].</param>
/// <param name="Center">Center of mass in the frame of the body [m].</param>
/// <param name="Inertia">
/// Inertia about the center of mass in the axes of that frame: xx, yy, zz, xy, xz, yz [kg m^2].
/// </param>
internal sealed record MassProperties(double Mass, double[] Center, double[] Inertia)
{
    public static MassProperties None { get; } = new(0, [0, 0, 0], [0, 0, 0, 0, 0, 0]);

    /// <summary>The same body as another frame sees it.</summary>
    /// <param name="frame">Where this frame is in the other.</param>
    public MassProperties In(Placement frame) => Of(About(frame));

    /// <summary>Several bodies that move as one.</summary>
    public static MassProperties operator +(MassProperties a, MassProperties b)
    {
        if (a.Mass == 0 && a.Inertia.All(i => i == 0)) return b;
        if (b.Mass == 0 && b.Inertia.All(i => i == 0)) return a;
        return Of(a.About(Placement.Identity) + b.About(Placement.Identity));
    }

    /// <summary>The same shape of another density.</summary>
    public static MassProperties operator *(double scale, MassProperties m) =>
        m with { Mass = scale * m.Mass, Inertia = [.. m.Inertia.Select(i => scale * i)] };

    /// <summary>Raises mass and principal moments to bounds, and balances moments that no rigid body has.</summary>
    public MassProperties Bounded(MjcfSettings settings, Func<string, Exception> error)
    {
        double mass = Math.Max(Mass, settings.LeastMass);
        var (moments, axes) = SymmetricMatrix.Eigen(Inertia);
        for (int i = 0; i < 3; i++) moments[i] = Math.Max(moments[i], settings.LeastInertia);
        double sum = moments.Sum(), largest = moments.Max();
        if (moments.Min() < -1e-9 * largest) throw error("its inertia is negative");
        // rounding errors of a few digits are none
        bool impossible = sum - largest < largest * (1 - 1e-6);
        if (impossible && !settings.BalanceInertia)
            throw error("its inertia violates A + B >= C; correct it, or set balanceinertia");
        if (impossible) moments = [sum / 3, sum / 3, sum / 3];
        if (mass == Mass && !impossible && settings.LeastInertia == 0) return this;
        return this with { Mass = mass, Inertia = SymmetricMatrix.From(moments, axes) };
    }

    private SpatialInertia<Real> About(Placement frame) =>
        SpatialInertia<Real>.Of(Mass, Inertia, frame.Rotation.ToMatrix(), frame.Apply(Vector3<Real>.From(Center)));

    private static MassProperties Of(SpatialInertia<Real> about)
    {
        double m = about.Mass;
        double[] c = m == 0 ? [0, 0, 0] : [about.First.X / m, about.First.Y / m, about.First.Z / m];
        double xx = m * c[0] * c[0], yy = m * c[1] * c[1], zz = m * c[2] * c[2];
        return new(m, c,
        [
            about.Diagonal.X - yy - zz, about.Diagonal.Y - xx - zz, about.Diagonal.Z - xx - yy,
            about.Products.X + (m * c[0] * c[1]), about.Products.Y + (m * c[0] * c[2]),
            about.Products.Z + (m * c[1] * c[2]),
        ]);
    }
}
