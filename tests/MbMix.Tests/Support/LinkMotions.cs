using MbMix.Differentiation;
using MbMix.Sim.Native;

namespace MbMix.Tests.Support;

/// <summary>
/// Where the links of a robot are and how they move, by the textbook's recursion for points and angular velocities rather than spatial
/// vectors, so that energies and momenta do not share the engine's algebra.
/// </summary>
internal sealed class LinkMotions
{
    private readonly LinkDescription[] links;
    private readonly Matrix3<Real>[] rotations;
    private readonly Vector3<Real>[] centers;
    private readonly Vector3<Real>[] turning; // angular velocity
    private readonly Vector3<Real>[] velocities; // of the centers

    public LinkMotions(ArticulatedBody body, double[] q, double[] qd)
    {
        links = body.Robot.Links;
        int n = links.Length;
        (rotations, centers, turning, velocities) = (new Matrix3<Real>[n], new Vector3<Real>[n], new Vector3<Real>[n], new Vector3<Real>[n]);
        var (origins, speeds) = (new Vector3<Real>[n], new Vector3<Real>[n]);
        for (int i = 0; i < n; i++)
        {
            var link = links[i];
            Real[] p = [.. q.AsSpan(body.PositionOf(i), link.Joint.Positions()).ToArray().Select(x => (Real)x)];
            Real[] v = [.. qd.AsSpan(body.VelocityOf(i), link.Joint.Velocities()).ToArray().Select(x => (Real)x)];
            Matrix3<Real> frame = Matrix3<Real>.FromQuaternion(link.Rotation);
            Vector3<Real> origin = Vector3<Real>.From(link.Position), omega = Vector3<Real>.Zero, speed = Vector3<Real>.Zero;
            if (link.Parent >= 0)
            {
                var arm = rotations[link.Parent] * origin;
                omega = turning[link.Parent];
                speed = speeds[link.Parent] + Vector3<Real>.Cross(omega, arm);
                origin = origins[link.Parent] + arm;
                frame = rotations[link.Parent] * frame;
            }
            switch (link.Joint)
            {
                case JointKind.Prismatic:
                    var along = frame * Vector3<Real>.From(link.Axis);
                    origin += p[0] * along;
                    speed += (v[0] * along) + Vector3<Real>.Cross(omega, p[0] * along);
                    break;
                case JointKind.Revolute:
                    omega += v[0] * (frame * Vector3<Real>.From(link.Axis));
                    frame *= Quaternion<Real>.Rotation(link.Axis, p[0]).ToMatrix();
                    break;
                case JointKind.Ball:
                    omega += frame * new Vector3<Real>(v[0], v[1], v[2]);
                    frame *= Quaternion<Real>.From(p).ToMatrix();
                    break;
                case JointKind.Free:
                    origin = new(p[0], p[1], p[2]);
                    omega = new(v[0], v[1], v[2]);
                    speed = new Vector3<Real>(v[3], v[4], v[5]) + Vector3<Real>.Cross(omega, origin);
                    frame = Quaternion<Real>.From(p.AsSpan(3)).ToMatrix();
                    break;
            }
            var lever = frame * Vector3<Real>.From(link.CenterOfMass);
            (rotations[i], origins[i], turning[i], speeds[i]) = (frame, origin, omega, speed);
            centers[i] = origin + lever;
            velocities[i] = speed + Vector3<Real>.Cross(omega, lever);
        }
    }

    /// <summary>Half of m v.v + w.I w, summed.</summary>
    public double KineticEnergy
    {
        get
        {
            Real sum = 0;
            for (int i = 0; i < links.Length; i++)
                sum += 0.5 * ((links[i].Mass * Vector3<Real>.Dot(velocities[i], velocities[i])) + Vector3<Real>.Dot(turning[i], Spin(i)));
            return sum;
        }
    }

    /// <summary>Minus the sum of m g.c.</summary>
    public double PotentialEnergy(double[] gravity)
    {
        Real sum = 0;
        for (int i = 0; i < links.Length; i++) sum -= links[i].Mass * Vector3<Real>.Dot(Vector3<Real>.From(gravity), centers[i]);
        return sum;
    }

    /// <summary>Momentum, then angular momentum about the world origin.</summary>
    public double[] Momentum()
    {
        Vector3<Real> linear = Vector3<Real>.Zero, angular = Vector3<Real>.Zero;
        for (int i = 0; i < links.Length; i++)
        {
            var p = (Real)links[i].Mass * velocities[i];
            linear += p;
            angular += Vector3<Real>.Cross(centers[i], p) + Spin(i);
        }
        return [linear.X, linear.Y, linear.Z, angular.X, angular.Y, angular.Z];
    }

    /// <summary>Angular momentum of a link about its own center.</summary>
    private Vector3<Real> Spin(int i)
    {
        var w = rotations[i].Transposed * turning[i];
        double[] a = links[i].Inertia;
        return rotations[i] * new Vector3<Real>(
            (a[0] * w.X) + (a[3] * w.Y) + (a[4] * w.Z), (a[3] * w.X) + (a[1] * w.Y) + (a[5] * w.Z), (a[4] * w.X) + (a[5] * w.Y) + (a[2] * w.Z));
    }
}
