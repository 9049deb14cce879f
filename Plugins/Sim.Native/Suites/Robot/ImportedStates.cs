namespace MbMix.Sim.Native;

/// <summary>
/// Names and units of the components of an imported robot's state. They are those of the form that simulators share
/// (<see cref="IStateExchange"/>), so that a state needs no conversion.
/// </summary>
internal static class ImportedStates
{
    public static IEnumerable<Dimension> Positions(ImportedRobot robot) => robot.Joints.SelectMany(PositionsOf);

    public static IEnumerable<Dimension> Velocities(ImportedRobot robot) => robot.Joints.SelectMany(VelocitiesOf);

    private static IEnumerable<Dimension> PositionsOf(ImportedJoint joint)
    {
        var turn = StateComponents.Axes(joint.Name + " quaternion", "1", "xyzw");
        return joint.Kind switch
        {
            JointKind.Prismatic => [new(joint.Name, "m")],
            JointKind.Revolute => [new(joint.Name, "rad")],
            JointKind.Ball => turn,
            _ => StateComponents.Axes(joint.Name + " position", "m", "xyz").Concat(turn),
        };
    }

    private static IEnumerable<Dimension> VelocitiesOf(ImportedJoint joint)
    {
        var turn = StateComponents.Axes(joint.Name + " angular velocity", "rad/s", "xyz");
        return joint.Kind switch
        {
            JointKind.Prismatic => [new(joint.Name + " velocity", "m/s")],
            JointKind.Revolute => [new(joint.Name + " velocity", "rad/s")],
            JointKind.Ball => turn,
            _ => StateComponents.Axes(joint.Name + " velocity", "m/s", "xyz").Concat(turn),
        };
    }
}
