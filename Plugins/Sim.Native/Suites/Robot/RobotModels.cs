using MbMix.Simulation;

namespace MbMix.Sim.Native;

/// <summary>Describes an imported robot to a task.</summary>
internal static class RobotModels
{
    public static RobotModel Of(ImportedRobot robot)
    {
        var quantities = new ImportedQuantities(robot, new ArticulatedBody(robot.Description));
        return new RobotModel
        {
            Name = robot.Name,
            Joints =
            [
                .. robot.Joints.Select(j => new RobotJoint(j.Name, Kind(j.Kind), j.Position, j.Velocity, j.Body)),
            ],
            Bodies = [.. robot.Bodies.Select(b => b.Name)],
            Sites = [.. robot.Sites.Select(s => s.Name)],
            Actuators =
            [
                .. robot.Actuators.Select(a =>
                    new RobotActuator(a.Name, a.ControlRange?[0] ?? double.NaN, a.ControlRange?[1] ?? double.NaN)),
            ],
            Keyframes = [.. robot.Keyframes.Select(k => new RobotKeyframe(k.Name, k.Positions, k.Velocities, []))],
            Timestep = robot.Timestep,
            StartPositions = robot.StartPositions,
            StartBodyPositions = [.. Enumerable.Range(0, robot.Bodies.Count).SelectMany(quantities.StartOf)],
        };
    }

    private static RobotJointKind Kind(JointKind kind) => kind switch
    {
        JointKind.Prismatic => RobotJointKind.Slide,
        JointKind.Revolute => RobotJointKind.Hinge,
        JointKind.Ball => RobotJointKind.Ball,
        _ => RobotJointKind.Free,
    };
}
