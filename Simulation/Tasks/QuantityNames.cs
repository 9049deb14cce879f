using MbMix.Storage;

namespace MbMix.Simulation;

/// <summary>
/// The quantities that expressions can name, such as <c>position(knee)</c> or <c>body(torso).z</c>, and what they are
/// in one robot.
/// </summary>
/// <param name="robot">The robot.</param>
/// <param name="simulator">Name of the simulator, for messages.</param>
/// <param name="supported">What the simulator can compute.</param>
internal sealed class QuantityNames(RobotModel robot, string simulator, IReadOnlySet<QuantityKind> supported)
{
    private static readonly string[] Point = ["x", "y", "z"];
    private static readonly string[] Turn = ["wx", "wy", "wz"];
    private static readonly string[] Rotation = ["qw", "qx", "qy", "qz"];

    /// <summary>The names of all quantities.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "position", "velocity", "activation", "control", "force", "body", "bodyVelocity", "bodyAngularVelocity", "up",
        "site", "center", "sensor", "tendon", "tendonVelocity", "contactForce", "distance",
    ];

    /// <summary>The robot.</summary>
    public RobotModel Robot => robot;

    /// <summary>The body of the first free joint, else of the first joint.</summary>
    public int Root
    {
        get
        {
            var root = robot.Joints.FirstOrDefault(joint => joint.Kind == RobotJointKind.Free);
            return (root ?? (robot.Joints.Count > 0 ? robot.Joints[0] : null))?.Body ?? 0;
        }
    }

    /// <summary>The components of a quantity, in order.</summary>
    /// <param name="name">Name of the quantity; not <c>distance</c> or <c>control</c>.</param>
    /// <param name="argument">Name of the joint, body and so on that it is about; empty for <c>center</c>.</param>
    /// <exception cref="FormatException">The robot has no such object, or the simulator no such quantity.</exception>
    public IReadOnlyList<NamedQuantity> Find(string name, string argument) => name switch
    {
        "position" => Positions(Joint(argument)),
        "velocity" => Velocities(Joint(argument)),
        "activation" => One(name, QuantityKind.Activation, Activation(argument), "1"),
        "force" => One(name, QuantityKind.ActuatorForce, Actuator(argument), "N"),
        "body" => Vector(name, QuantityKind.BodyPosition, Body(argument), Point, "m"),
        "bodyVelocity" => Vector(name, QuantityKind.BodyVelocity, Body(argument), Point, "m/s"),
        "bodyAngularVelocity" => Vector(name, QuantityKind.BodyAngularVelocity, Body(argument), Point, "rad/s"),
        "up" => One(name, QuantityKind.BodyUp, Body(argument), "1"),
        "site" => Vector(name, QuantityKind.SitePosition, Index("site", robot.Sites, argument), Point, "m"),
        "center" => Vector(name, QuantityKind.Center, 0, Point, "m"),
        "sensor" => Sensor(argument),
        "tendon" => One(name, QuantityKind.TendonLength, Index("tendon", robot.Tendons, argument), "m"),
        "tendonVelocity" => One(name, QuantityKind.TendonVelocity, Index("tendon", robot.Tendons, argument), "m/s"),
        "contactForce" => One(name, QuantityKind.ContactForce, Body(argument), "N"),
        _ => throw new FormatException($"there is no quantity '{name}'.{Suggestion.For(name, All)}"),
    };

    /// <summary>Index of an actuator.</summary>
    public int Actuator(string name) => Index("actuator", [.. robot.Actuators.Select(a => a.Name)], name);

    /// <summary>Index of a body.</summary>
    public int Body(string name) => Index("body", robot.Bodies, name);

    /// <summary>A joint.</summary>
    public RobotJoint Joint(string name) => robot.Joints[Index("joint", [.. robot.Joints.Select(j => j.Name)], name)];

    /// <summary>A keyframe.</summary>
    public RobotKeyframe Keyframe(string name) =>
        robot.Keyframes[Index("keyframe", [.. robot.Keyframes.Select(k => k.Name)], name)];

    /// <summary>The position of a site or, where no site has that name, of a body.</summary>
    public IReadOnlyList<NamedQuantity> Place(string name)
    {
        if (robot.Sites.Contains(name)) return Find("site", name);
        if (robot.Bodies.Contains(name)) return Find("body", name);
        throw Missing("site or body", [.. robot.Sites, .. robot.Bodies], name);
    }

    private IReadOnlyList<NamedQuantity> Positions(RobotJoint joint)
    {
        NamedQuantity At(int i, string component, string unit) =>
            Named(new(QuantityKind.Position, joint.Position + i), component, unit);
        return joint.Kind switch
        {
            RobotJointKind.Hinge => [At(0, "", "rad")],
            RobotJointKind.Slide => [At(0, "", "m")],
            RobotJointKind.Ball => [.. Rotation.Select((axis, i) => At(i, axis, "1"))],
            _ => [.. Point.Select((axis, i) => At(i, axis, "m")), .. Rotation.Select((axis, i) => At(3 + i, axis, "1"))],
        };
    }

    private IReadOnlyList<NamedQuantity> Velocities(RobotJoint joint)
    {
        NamedQuantity At(int i, string component, string unit) =>
            Named(new(QuantityKind.Velocity, joint.Velocity + i), component, unit);
        return joint.Kind switch
        {
            RobotJointKind.Hinge => [At(0, "", "rad/s")],
            RobotJointKind.Slide => [At(0, "", "m/s")],
            RobotJointKind.Ball => [.. Turn.Select((axis, i) => At(i, axis, "rad/s"))],
            _ =>
            [
                .. Point.Select((axis, i) => At(i, axis, "m/s")),
                .. Turn.Select((axis, i) => At(3 + i, axis, "rad/s")),
            ],
        };
    }

    private IReadOnlyList<NamedQuantity> Sensor(string argument)
    {
        var sensor = robot.Sensors[Index("sensor", [.. robot.Sensors.Select(s => s.Name)], argument)];
        string[] names = sensor.Size switch
        {
            1 => [""],
            3 => Point,
            4 => Rotation,
            _ => [.. Enumerable.Range(0, sensor.Size).Select(i => $"[{i}]")],
        };
        return [.. names.Select((n, i) => Named(new(QuantityKind.Sensor, sensor.First + i), n, "1"))];
    }

    private int Activation(string argument)
    {
        int actuator = Actuator(argument), activation = robot.Actuators[actuator].Activation;
        if (activation >= 0) return activation;
        throw new FormatException($"the actuator '{OneLine.Value(argument)}' of {robot.Name} has no activation");
    }

    private IReadOnlyList<NamedQuantity> One(string name, QuantityKind kind, int index, string unit)
    {
        Require(name, kind);
        return [Named(new(kind, index), "", unit)];
    }

    private IReadOnlyList<NamedQuantity> Vector(
        string name, QuantityKind kind, int index, string[] components, string unit)
    {
        Require(name, kind);
        return [.. components.Select((component, i) => Named(new(kind, index, i), component, unit))];
    }

    private NamedQuantity Named(Quantity quantity, string component, string unit)
    {
        Require(quantity.Kind.ToString().ToLowerInvariant(), quantity.Kind);
        return new(quantity, component, unit);
    }

    private void Require(string name, QuantityKind kind)
    {
        if (supported.Contains(kind)) return;
        throw new FormatException($"the simulator {simulator} does not compute '{name}'");
    }

    private int Index(string what, IReadOnlyList<string> names, string name)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name) return i;
        }
        throw Missing(what, names, name);
    }

    private FormatException Missing(string what, IEnumerable<string> names, string name) => new(
        $"{robot.Name} has no {what} '{OneLine.Value(name)}'.{Suggestion.For(name, names)}");
}

/// <summary>A component of a quantity that expressions can name.</summary>
/// <param name="Quantity">What the simulator computes.</param>
/// <param name="Component">Its name behind the dot, or an index in brackets; empty where there is only one.</param>
/// <param name="Unit">Its unit.</param>
internal readonly record struct NamedQuantity(Quantity Quantity, string Component, string Unit);
