namespace MbMix.Sim.Native;

/// <summary>Names and units of the components of a robot's state.</summary>
internal static class StateComponents
{
    /// <summary>
    /// Describes a state: the positions of all joints, then their velocities, in the order of the links.
    /// </summary>
    /// <param name="robot">The robot.</param>
    public static SpaceSpec Of(RobotDescription robot)
    {
        var positions = new List<Dimension>();
        var velocities = new List<Dimension>();
        foreach (var link in robot.Links)
        {
            string n = link.Name;
            switch (link.Joint)
            {
                case JointKind.Prismatic:
                    positions.Add(new(n, "m"));
                    velocities.Add(new(n + " velocity", "m/s"));
                    break;
                case JointKind.Revolute:
                    positions.Add(new(n, "rad"));
                    velocities.Add(new(n + " velocity", "rad/s"));
                    break;
                case JointKind.Ball:
                    positions.AddRange(Axes(n + " quaternion", "1", "xyzw"));
                    velocities.AddRange(Axes(n + " angular velocity", "rad/s", "xyz"));
                    break;
                case JointKind.Free:
                    positions.AddRange(Axes(n + " position", "m", "xyz"));
                    positions.AddRange(Axes(n + " quaternion", "1", "xyzw"));
                    velocities.AddRange(Axes(n + " twist angular", "rad/s", "xyz"));
                    velocities.AddRange(Axes(n + " twist linear", "m/s", "xyz"));
                    break;
            }
        }
        return new SpaceSpec([.. positions, .. velocities]);
    }

    /// <summary>One dimension per axis, named <c>name axis</c>.</summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="axes">One letter per component, such as <c>xyz</c>.</param>
    public static IEnumerable<Dimension> Axes(string name, string unit, string axes) =>
        Axes(name, unit, axes.Select(axis => axis.ToString()));

    /// <summary>One dimension per axis, named <c>name axis</c>.</summary>
    /// <param name="name">Name of the quantity.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="axes">Name of each axis.</param>
    public static IEnumerable<Dimension> Axes(string name, string unit, IEnumerable<string> axes) =>
        axes.Select(axis => new Dimension($"{name} {axis}", unit));
}
