using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Chooses what MJCF does not say in numbers that a compliant ground and compliant limits could use: from the robot's
/// weight, so that it sinks a few millimeters, and from the length of a substep, so that the lightest parts stay
/// stable.
/// </summary>
/// <remarks>
/// <para>With W the robot's weight (at 9.81 m/s^2) and M its mass, n the number of contact points that are within 10 mm
/// above the lowest one in the start position, c the number of contact points of the same link, m the mass that the
/// point has in its lightest direction, and h the substep: the stiffness k is
/// <c>min(W / (n 2 mm), 0.1 m / (c h^2))</c>, the damping <c>min(sqrt(k M / n), 0.3 m / (c h))</c>, and the viscosity
/// of friction <c>min(W / (n 0.05 m/s), 0.3 m / (c h))</c>.</para>
/// <para>With I the inertia of a joint whose neighbors are free to follow: the stiffness k beyond a limit is
/// <c>min(0.1 I / h^2, max(1e4 / s^2 I, W 1 m))</c>, for sliders with W / 10 mm, and the damping there is
/// <c>sqrt(k I)</c>.</para>
/// </remarks>
internal static class Compliance
{
    private const double Sink = 0.002, Near = 0.01, Slip = 0.05, StandardGravity = 9.81;

    // share of the stability limit of semi-implicit Euler
    private const double Share = 0.1, ViscousShare = 0.3;

    /// <summary>The robot with stiffness and damping of contacts and limits, for substeps of a given length.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="qpos">The position in which it starts, in the order of MuJoCo.</param>
    /// <param name="h">Length of a substep [s].</param>
    /// <param name="wanted">Parameters of contacts that are given; 0 where they are to be chosen.</param>
    /// <exception cref="ConfigurationException">Something moves that has no mass.</exception>
    public static ImportedRobot Choose(ImportedRobot robot, double[] qpos, double h, PlaneMaterial wanted)
    {
        var start = new double[robot.Positions + robot.Velocities];
        robot.FromMuJoCo(qpos, new double[robot.Velocities], start);
        var bare = new ArticulatedBody(robot.Description with { PlanePoints = [] });
        double[] q = start[..robot.Positions];
        var inertia = new EffectiveInertia(bare, q);
        if (inertia.Massless >= 0)
        {
            var joint = robot.Joints.Last(j => j.Velocity <= inertia.Massless);
            throw new ConfigurationException(
                $"{robot.Name}: the joint '{joint.Name}' moves nothing that has mass; give its body mass, or it "
                + "armature.");
        }
        robot = Implicit(robot, inertia, h);
        inertia = new EffectiveInertia(new ArticulatedBody(robot.Description with { PlanePoints = [] }), q);
        double weight = StandardGravity * robot.Description.Links.Sum(link => link.Mass);
        LinkDescription[] links = [.. robot.Description.Links];
        var joints = robot.Joints.ToArray();
        for (int i = 0; i < joints.Length; i++)
        {
            var joint = joints[i];
            double least = Enumerable.Range(joint.Velocity, joint.Kind.Velocities()).Min(inertia.Of);
            double hold = joint.Kind == JointKind.Prismatic ? weight / 0.01 : weight;
            double stiffness = Math.Min(Share * least / (h * h), Math.Max(1e4 * least, hold));
            double damping = Math.Sqrt(stiffness * least);
            joints[i] = joint with { LimitStiffness = stiffness, LimitDamping = damping };
            if (links[joint.Link].Limits is null) continue;
            links[joint.Link] = links[joint.Link] with { LimitStiffness = stiffness, DampingBeyondLimits = damping };
        }
        return robot with
        {
            Joints = joints,
            Description = robot.Description with
            {
                Links = links,
                PlanePoints = Contacts(robot, inertia, weight, h, wanted),
            },
        };
    }

    private static PlanePoint[] Contacts(
        ImportedRobot robot, EffectiveInertia inertia, double weight, double h, PlaneMaterial wanted)
    {
        var points = robot.Description.PlanePoints;
        if (points.Length == 0) return [];
        var heights = points.Select(p =>
        {
            var pose = inertia.Poses[p.Link];
            double z = (pose.Position + (pose.Rotation * Vector3<Real>.From(p.Point))).Z;
            return z - p.Radius - p.Height;
        }).ToArray();
        int bearing = heights.Count(z => z < heights.Min() + Near);
        return [.. points.Select(p =>
        {
            int together = points.Count(other => other.Link == p.Link && other.Height == p.Height);
            double mass = inertia.At(p.Link, p.Point) / together;
            double Or(double given, double chosen) => given > 0 ? given : chosen;
            double stiffness = Or(wanted.Stiffness, Math.Min(weight / (bearing * Sink), Share * mass / (h * h)));
            double most = ViscousShare * mass / h, carried = weight / (StandardGravity * bearing);
            return p with
            {
                Material = p.Material with
                {
                    Stiffness = stiffness,
                    Damping = Or(wanted.Damping, Math.Min(Math.Sqrt(stiffness * carried), most)),
                    Viscosity = Or(wanted.Viscosity, Math.Min(weight / (bearing * Slip), most)),
                },
            };
        })];
    }

    /// <summary>
    /// Treats the damping of joints implicitly, as MuJoCo's Euler integrator does, and likewise springs and servos that
    /// would be unstable otherwise: for semi-implicit Euler, this is h times the damping and h^2 times the stiffness,
    /// added to the inertia of the drive.
    /// </summary>
    private static ImportedRobot Implicit(ImportedRobot robot, EffectiveInertia inertia, double h)
    {
        LinkDescription[] links = [.. robot.Description.Links];
        foreach (var joint in robot.Joints)
        {
            var servos = robot.Actuators.Where(a => a.Joint >= 0 && robot.Joints[a.Joint] == joint);
            double Servo(int term) => Math.Max(0, servos.Sum(a => -a.Bias[term] * a.Gear[0] * a.Gear[0]));
            int first = joint.Kind == JointKind.Free ? joint.Link - 3 : joint.Link;
            for (int link = first; link <= joint.Link; link++)
            {
                bool turns = joint.Link == link && joint.Quaternion >= 0;
                double stiffness = turns ? joint.TurnStiffness : links[link].Stiffness;
                double springs = h * h * (stiffness + Servo(1)), dampers = h * Servo(2);
                double least = Enumerable.Range(joint.Velocity, joint.Kind.Velocities()).Min(inertia.Of);
                bool stiff = springs + dampers > 0.5 * least;
                double added = (h * links[link].Damping) + (stiff ? springs + dampers : 0);
                links[link] = links[link] with { Armature = links[link].Armature + added };
            }
        }
        return robot with { Description = robot.Description with { Links = links } };
    }
}
