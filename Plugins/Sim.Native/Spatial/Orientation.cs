using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Quaternions of rotation matrices.</summary>
internal static class Orientation
{
    /// <summary>The unit quaternion of a rotation.</summary>
    public static Quaternion<Real> Of(Matrix3<Real> m)
    {
        double xx = m.Row0.X, yy = m.Row1.Y, zz = m.Row2.Z, trace = xx + yy + zz;
        double yz = m.Row2.Y - m.Row1.Z, zx = m.Row0.Z - m.Row2.X, xy = m.Row1.X - m.Row0.Y;
        double sumXy = m.Row0.Y + m.Row1.X, sumZx = m.Row0.Z + m.Row2.X, sumYz = m.Row1.Z + m.Row2.Y;
        // the largest of the four components is computed first, so that nothing small is divided by
        Quaternion<Real> q = trace > 0
            ? new(new(yz, zx, xy), 1 + trace)
            : xx >= yy && xx >= zz
                ? new(new(1 + xx - yy - zz, sumXy, sumZx), yz)
                : yy >= zz
                    ? new(new(sumXy, 1 + yy - xx - zz, sumYz), zx)
                    : new(new(sumZx, sumYz, 1 + zz - xx - yy), xy);
        return q.Normalized();
    }
}
