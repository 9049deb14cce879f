using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Where a frame is in another: its origin [m] and its orientation.</summary>
/// <param name="Position">Origin in the other frame [m].</param>
/// <param name="Rotation">Orientation, a unit quaternion.</param>
internal readonly record struct Placement(Vector3<Real> Position, Quaternion<Real> Rotation)
{
    public static Placement Identity => new(Vector3<Real>.Zero, Quaternion<Real>.Identity);

    /// <summary>A placement within a placement.</summary>
    public static Placement operator *(Placement a, Placement b) =>
        new(a.Apply(b.Position), (a.Rotation * b.Rotation).Normalized());

    /// <summary>Moves a point from this frame to the other.</summary>
    public Vector3<Real> Apply(Vector3<Real> point) => Position + Turn(point);

    /// <summary>Turns a vector from this frame to the other.</summary>
    public Vector3<Real> Turn(Vector3<Real> vector) => Rotation.ToMatrix() * vector;

    /// <summary>The quaternion in the order of a state: x, y, z, w.</summary>
    public double[] QuaternionComponents => [Rotation.Vector.X, Rotation.Vector.Y, Rotation.Vector.Z, Rotation.W];

    public static double[] Components(Vector3<Real> v) => [v.X, v.Y, v.Z];

    /// <summary>Scales a vector to length 1.</summary>
    public static double[] Unit(double[] v, MjcfElement element, string attribute)
    {
        double length = Math.Sqrt(v.Sum(x => x * x));
        return length > 1e-10 ? [.. v.Select(x => x / length)] : throw element.Error($"{attribute} is zero");
    }

    /// <summary>The middle between two points, with the z axis from the second to the first.</summary>
    public static Placement Between(double[] ends, MjcfElement element)
    {
        double[] along = [ends[0] - ends[3], ends[1] - ends[4], ends[2] - ends[5]];
        Vector3<Real> middle = new(0.5 * (ends[0] + ends[3]), 0.5 * (ends[1] + ends[4]), 0.5 * (ends[2] + ends[5]));
        return new(middle, FromZ(Unit(along, element, "fromto")));
    }

    /// <summary>The shortest rotation that takes the z axis to a unit vector.</summary>
    public static Quaternion<Real> FromZ(double[] z)
    {
        double sine = Math.Sqrt((z[0] * z[0]) + (z[1] * z[1]));
        double[] axis = sine < 1e-10 ? [1, 0, 0] : [-z[1] / sine, z[0] / sine, 0];
        return Quaternion<Real>.Rotation(axis, Math.Atan2(sine, z[2]));
    }

    /// <summary>The rotation to given x and y axes; the second is made orthogonal to the first.</summary>
    public static Quaternion<Real> FromAxes(double[] x, double[] y, MjcfElement element)
    {
        x = Unit(x, element, "xyaxes");
        double along = x.Zip(y, (a, b) => a * b).Sum();
        y = Unit([.. y.Zip(x, (b, a) => b - (along * a))], element, "xyaxes");
        double[] z = [(x[1] * y[2]) - (x[2] * y[1]), (x[2] * y[0]) - (x[0] * y[2]), (x[0] * y[1]) - (x[1] * y[0])];
        // the largest of the four components is computed first, so that nothing small is divided by
        double trace = x[0] + y[1] + z[2];
        double[] q = trace > 0
            ? [y[2] - z[1], z[0] - x[2], x[1] - y[0], 1 + trace]
            : x[0] >= y[1] && x[0] >= z[2]
                ? [1 + x[0] - y[1] - z[2], x[1] + y[0], x[2] + z[0], y[2] - z[1]]
                : y[1] >= z[2]
                    ? [x[1] + y[0], 1 + y[1] - x[0] - z[2], y[2] + z[1], z[0] - x[2]]
                    : [x[2] + z[0], y[2] + z[1], 1 + z[2] - x[0] - y[1], x[1] - y[0]];
        return new Quaternion<Real>(new(q[0], q[1], q[2]), q[3]).Normalized();
    }
}
