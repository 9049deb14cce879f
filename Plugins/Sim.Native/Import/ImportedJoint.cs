namespace MbMix.Sim.Native;

/// <summary>A joint of a model. A free joint has four links: one along each axis of the world, and a ball.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Link">Index of its link; of the last one where it has several.</param>
/// <param name="Body">Index of the body that it moves.</param>
/// <param name="Position">Index of its first position component.</param>
/// <param name="Velocity">Index of its first velocity component.</param>
internal sealed record ImportedJoint(string Name, JointKind Kind, int Link, int Body, int Position, int Velocity)
{
    /// <summary>Index of its quaternion among the positions; -1 where it has none.</summary>
    public int Quaternion => Kind switch { JointKind.Free => Position + 3, JointKind.Ball => Position, _ => -1 };

    /// <summary>Index of its angular velocity among the velocities, where it has a quaternion.</summary>
    public int Spin => Kind == JointKind.Free ? Velocity + 3 : Velocity;

    /// <summary>
    /// Stiffness of the spring that turns it back to its start [N m/rad]; only of a ball or free joint.
    /// </summary>
    public double TurnStiffness { get; init; }

    /// <summary>Orientation at which that spring is relaxed, a quaternion (x, y, z, w).</summary>
    public double[] TurnRest { get; init; } = [0, 0, 0, 1];

    /// <summary>Largest angle of a ball joint [rad]; infinite if it has none.</summary>
    public double LargestTurn { get; init; } = double.PositiveInfinity;

    /// <summary>Stiffness beyond this angle [N m/rad].</summary>
    public double LimitStiffness { get; init; }

    /// <summary>Damping beyond this angle; at most as large as the spring's torque [N m s/rad].</summary>
    public double LimitDamping { get; init; }

    /// <summary>Limits of the sum of its actuators' forces; null if there are none.</summary>
    public double[]? ForceRange { get; init; }
}
