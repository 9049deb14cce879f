namespace MbMix.Sim.Native;

/// <summary>
/// Names and units of the components of an imported robot's state. They are those of the form that simulators share
/// (<see cref="IStateExchange"/>), so that a state needs no conversion.
/// </summary>
internal static class ImportedStates
{
    public static IEnumerable<Dimension> Positions(ImportedRobot robot) => robot.Joints.SelectMany(joint => joint.Kind switch
    {
        JointKind.Prismatic => [new Dimension(joint.Name, "m")],
        JointKind.Revolute => [new Dimension(joint.Name, "rad")],
        JointKind.Ball => StateComponents.Axes(joint.Name + " quaternion", "1", "xyzw"),
        _ => StateComponents.Axes(joint.Name + " position", "m", "xyz")
            .Concat(StateComponents.Axes(joint.Name + " quaternion", "1", "xyzw")),
    });

    public static IEnumerable<Dimension> Velocities(ImportedRobot robot) => robot.Joints.SelectMany(joint => joint.Kind switch
    {
        JointKind.Prismatic => [new Dimension(joint.Name + " velocity", "m/s")],
        JointKind.Revolute => [new Dimension(joint.Name + " velocity", "rad/s")],
        JointKind.Ball => StateComponents.Axes(joint.Name + " angular velocity", "rad/s", "xyz"),
        _ => StateComponents.Axes(joint.Name + " velocity", "m/s", "xyz")
            .Concat(StateComponents.Axes(joint.Name + " angular velocity", "rad/s", "xyz")),
    });
}
