using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// A robot from an MJCF file. A state has the positions of all joints, then their velocities, in the order of MuJoCo.
/// Unlike there, a quaternion has its w last, and the angular velocity of a free or ball joint is that of the joint
/// frame before it moves instead of the body's own; for a free joint these are world axes.
/// </summary>
internal sealed record ImportedRobot
{
    /// <summary>What messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>Full paths of the files that it was read from.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The links, with contacts whose material is not yet chosen but for friction.</summary>
    public required RobotDescription Description { get; init; }

    public required IReadOnlyList<ImportedBody> Bodies { get; init; }

    public required IReadOnlyList<ImportedJoint> Joints { get; init; }

    public required IReadOnlyList<ImportedSite> Sites { get; init; }

    public required IReadOnlyList<ImportedActuator> Actuators { get; init; }

    public required IReadOnlyList<ImportedKeyframe> Keyframes { get; init; }

    /// <summary>Names and sizes of the sensors, which are not simulated.</summary>
    public required IReadOnlyList<string> Sensors { get; init; }

    /// <summary>Time step of the model [s].</summary>
    public required double Timestep { get; init; }

    /// <summary>Whether controls are clipped to their range.</summary>
    public required bool ClipsControls { get; init; }

    /// <summary>Positions at which no joint displaces its body, in the order of MuJoCo [nq].</summary>
    public required double[] StartPositions { get; init; }

    /// <summary>Mass of the bodies that do not move.</summary>
    public required MassProperties Static { get; init; }

    /// <summary>What of the file is not simulated.</summary>
    public required ImportReport Report { get; init; }

    /// <summary>Number of position components.</summary>
    public int Positions => StartPositions.Length;

    /// <summary>Number of velocity components.</summary>
    public int Velocities => Joints.Sum(joint => joint.Kind.Velocities());

    /// <summary>
    /// Indices of the position components that the dynamics do not depend on: the horizontal position of free joints,
    /// and of sliders that carry a robot and have neither spring, limit nor servo.
    /// </summary>
    public int[] Invariant() => [.. Shifts().Where(shift => shift.Rise == 0).Select(shift => shift.Position)];

    /// <summary>
    /// The position components by which a robot is displaced as a whole: those of <see cref="Invariant"/>, and others
    /// with which nothing but the height above the ground changes. For each its index, the link that it moves, and how
    /// much higher that is per displacement.
    /// </summary>
    public IReadOnlyList<(int Position, int Link, double Rise)> Shifts()
    {
        var found = new List<(int Position, int Link, double Rise)>();
        foreach (var joint in Joints)
        {
            if (joint.Kind == JointKind.Free)
            {
                int q = joint.Position, x = joint.Link - 3;
                bool held = Description.Links[joint.Link - 1].Stiffness != 0;
                if (!held) found.AddRange([(q, x, 0), (q + 1, x + 1, 0), (q + 2, x + 2, 1)]);
            }
            else if (joint.Kind == JointKind.Prismatic && Rise(joint) is { } rise && !Servo(joint))
            {
                found.Add((joint.Position, joint.Link, rise));
            }
        }
        return found;
    }

    // how far up an unbounded slider goes; null if something but sliders is between it and the world
    private double? Rise(ImportedJoint joint)
    {
        var links = Description.Links;
        if (links[joint.Link].Stiffness != 0 || links[joint.Link].Limits is not null) return null;
        var axis = Vector3<Real>.From(links[joint.Link].Axis);
        for (int at = joint.Link; at >= 0; at = links[at].Parent)
        {
            if (links[at].Joint != JointKind.Prismatic) return null;
            axis = Matrix3<Real>.FromQuaternion(links[at].Rotation) * axis;
        }
        return Math.Abs(axis.Z.Value) < 1e-12 ? 0 : axis.Z.Value;
    }

    private bool Servo(ImportedJoint joint) =>
        Actuators.Any(a => a.Joint >= 0 && Joints[a.Joint] == joint && (a.Gain[1] != 0 || a.Bias[1] != 0));

    /// <summary>Converts positions from MuJoCo's order.</summary>
    public void FromMuJoCo(ReadOnlySpan<double> qpos, ReadOnlySpan<double> qvel, Span<double> state)
    {
        qpos.CopyTo(state);
        qvel.CopyTo(state[Positions..]);
        foreach (var joint in Joints.Where(j => j.Quaternion >= 0))
        {
            int q = joint.Quaternion;
            var turn = new Quaternion<Real>(new(qpos[q + 1], qpos[q + 2], qpos[q + 3]), qpos[q]).Normalized();
            var place = new Placement(Vector3<Real>.Zero, turn);
            place.QuaternionComponents.CopyTo(state[q..]);
            var spin = place.Turn(Vector3<Real>.From(qvel.Slice(joint.Spin, 3)));
            Placement.Components(spin).CopyTo(state[(Positions + joint.Spin)..]);
        }
    }
}
