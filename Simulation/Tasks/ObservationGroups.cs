namespace MbMix.Simulation;

/// <summary>Words that stand for many quantities of an observation.</summary>
internal static class ObservationGroups
{
    /// <summary>All groups.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["positions", "velocities", "activations", "sensors", "tendons", "bodies", "sites", "actions"];

    /// <summary>What is observed where a task does not say.</summary>
    public static IReadOnlyList<string> Default { get; } = ["positions", "velocities", "activations"];

    /// <summary>What a simulator must compute for a group; null where every simulator can.</summary>
    public static QuantityKind? KindOf(string group) => group switch
    {
        "activations" => QuantityKind.Activation,
        "sensors" => QuantityKind.Sensor,
        "tendons" => QuantityKind.TendonLength,
        "bodies" => QuantityKind.BodyPosition,
        "sites" => QuantityKind.SitePosition,
        _ => null,
    };

    /// <summary>
    /// The quantities of a group, as names of a quantity and of what it is about. Of some the first
    /// components are left out: the positions do not tell where the first free joint is horizontally. The last actions
    /// are no quantities of a simulator.
    /// </summary>
    public static IEnumerable<(string Quantity, string Argument, int LeftOut)> Of(string group, RobotModel robot)
    {
        var free = robot.Joints.FirstOrDefault(joint => joint.Kind == RobotJointKind.Free);
        return group switch
        {
            "positions" => robot.Joints.Select(joint => ("position", joint.Name, joint == free ? 2 : 0)),
            "velocities" => robot.Joints.Select(joint => ("velocity", joint.Name, 0)),
            "activations" => robot.Actuators.Where(a => a.Activation >= 0).Select(a => ("activation", a.Name, 0)),
            "sensors" => robot.Sensors.Select(sensor => ("sensor", sensor.Name, 0)),
            "tendons" => robot.Tendons.Select(tendon => ("tendon", tendon, 0)),
            "bodies" => robot.Bodies.Skip(1).Select(body => ("body", body, 0)),
            "sites" => robot.Sites.Select(site => ("site", site, 0)),
            _ => [],
        };
    }
}
