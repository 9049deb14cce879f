namespace MbMix.Simulation;

/// <summary>
/// What a task can refer to in a robot: names, sizes and limits. Positions and velocities are ordered as MuJoCo orders
/// them: joint by joint; a free joint has a position (x, y, z) and a unit quaternion with w first, a linear velocity in
/// world axes and an angular velocity in the body's own axes; a ball joint has only the rotation. All names are unique
/// within their list; what has no name in the model gets one, such as <c>joint 3</c>.
/// </summary>
public sealed record RobotModel
{
    /// <summary>What the model is called in messages, such as the name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>The joints, in the order of their coordinates.</summary>
    public required IReadOnlyList<RobotJoint> Joints { get; init; }

    /// <summary>Names of the bodies; the first is the world.</summary>
    public required IReadOnlyList<string> Bodies { get; init; }

    /// <summary>Names of the sites.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    /// <summary>The sensors.</summary>
    public IReadOnlyList<RobotSensor> Sensors { get; init; } = [];

    /// <summary>The actuators, in the order of the controls.</summary>
    public required IReadOnlyList<RobotActuator> Actuators { get; init; }

    /// <summary>Names of the tendons.</summary>
    public IReadOnlyList<string> Tendons { get; init; } = [];

    /// <summary>The keyframes.</summary>
    public IReadOnlyList<RobotKeyframe> Keyframes { get; init; } = [];

    /// <summary>Duration of a simulation step [s].</summary>
    public required double Timestep { get; init; }

    /// <summary>Positions in the start state [nq].</summary>
    public required double[] StartPositions { get; init; }

    /// <summary>Positions of the bodies' origins in the start state, in the world [m] [bodies x 3].</summary>
    public required double[] StartBodyPositions { get; init; }

    /// <summary>Number of activations.</summary>
    public int Activations { get; init; }

    /// <summary>Number of velocity components.</summary>
    public int Velocities => Joints.Sum(joint => joint.Kind.Velocities());
}

/// <summary>A joint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it moves.</param>
/// <param name="Position">Index of its first position component.</param>
/// <param name="Velocity">Index of its first velocity component.</param>
/// <param name="Body">Index of the body that it moves.</param>
public sealed record RobotJoint(string Name, RobotJointKind Kind, int Position, int Velocity, int Body);

/// <summary>A sensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">Index of its first value among those of all sensors.</param>
/// <param name="Size">Number of its values.</param>
public sealed record RobotSensor(string Name, int First, int Size);

/// <summary>An actuator.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">Lower limit of its control; NaN where it has none.</param>
/// <param name="High">Upper limit of its control; NaN where it has none.</param>
/// <param name="Activation">Index of its activation; -1 where it has none.</param>
public sealed record RobotActuator(string Name, double Low, double High, int Activation = -1);

/// <summary>A stored state. Values that the model leaves out are those of its start state.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Positions">Positions [nq].</param>
/// <param name="Velocities">Velocities [nv].</param>
/// <param name="Activations">Activations [na].</param>
public sealed record RobotKeyframe(string Name, double[] Positions, double[] Velocities, double[] Activations);
