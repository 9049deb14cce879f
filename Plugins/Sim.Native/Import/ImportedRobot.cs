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
    /// and of sliders without spring and limit that carry a robot.
    /// </summary>
    public int[] Invariant()
    {
        var links = Description.Links;
        bool Level(int link) => links[link].Axis[2] == 0;
        bool OnRails(int link)
        {
            for (int at = link; at >= 0; at = links[at].Parent)
            {
                if (links[at].Joint != JointKind.Prismatic) return false;
            }
            return true;
        }
        var found = new List<int>();
        foreach (var joint in Joints)
        {
            if (joint.Kind == JointKind.Free)
            {
                if (links[joint.Link - 1].Stiffness == 0) found.AddRange([joint.Position, joint.Position + 1]);
            }
            else if (joint.Kind == JointKind.Prismatic && OnRails(joint.Link) && links[joint.Link].Rotation[3] == 1)
            {
                var link = links[joint.Link];
                if (Level(joint.Link) && link.Stiffness == 0 && link.Limits is null) found.Add(joint.Position);
            }
        }
        return [.. found];
    }

    /// <summary>Converts positions from MuJoCo's order.</summary>
    public void FromMuJoCo(ReadOnlySpan<double> qpos, ReadOnlySpan<double> qvel, Span<double> state)
    {
        qpos.CopyTo(state);
        qvel.CopyTo(state[Positions..]);
        foreach (var joint in Joints.Where(j => j.Quaternion >= 0))
        {
            int q = joint.Quaternion;
            double norm = Math.Sqrt((qpos[q] * qpos[q]) + (qpos[q + 1] * qpos[q + 1]) + (qpos[q + 2] * qpos[q + 2]) + (qpos[q + 3] * qpos[q + 3]));
            for (int i = 0; i < 4; i++) state[q + i] = qpos[q + ((i + 1) % 4)] / norm;
            var turn = new Placement(default, Differentiation.Quaternion<Differentiation.Real>.From([state[q], state[q + 1], state[q + 2], state[q + 3]]));
            var spin = turn.Turn(new(qvel[joint.Spin], qvel[joint.Spin + 1], qvel[joint.Spin + 2]));
            Placement.Components(spin).CopyTo(state[(Positions + joint.Spin)..]);
        }
    }
}
