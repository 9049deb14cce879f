using MbMix.Simulation;
using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Describes a model to a task: names, sizes and limits.</summary>
internal static class RobotDescriptions
{
    /// <summary>Describes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What it is called in messages.</param>
    public static RobotModel Of(MjModel model, string name)
    {
        using var start = new MjData(model);
        start.Forward();
        return new RobotModel
        {
            Name = name,
            Joints = [.. Ids(model.NJoint).Select(i => Joint(model, i))],
            Bodies = Names(model, MjObject.Body, model.NBody),
            Sites = Names(model, MjObject.Site, model.NSite),
            Sensors = [.. Ids(model.NSensor).Select(i => Sensor(model, i))],
            Actuators = [.. Ids(model.NActuator).Select(i => Actuator(model, i))],
            Tendons = Names(model, MjObject.Tendon, model.NTendon),
            Keyframes = [.. Ids(model.NKey).Select(i => Keyframe(model, i))],
            Timestep = model.Timestep,
            StartPositions = [.. model.Qpos0],
            StartBodyPositions = [.. start.XPos],
            Activations = model.Na,
        };
    }

    private static IEnumerable<int> Ids(int count) => Enumerable.Range(0, count);

    private static string[] Names(MjModel model, MjObject kind, int count) =>
        [.. Ids(count).Select(i => model.NameOf(kind, i))];

    private static RobotJoint Joint(MjModel model, int joint) => new(
        model.NameOf(MjObject.Joint, joint),
        model.JointType[joint] switch
        {
            MjJointType.Free => RobotJointKind.Free,
            MjJointType.Ball => RobotJointKind.Ball,
            MjJointType.Slide => RobotJointKind.Slide,
            _ => RobotJointKind.Hinge,
        },
        model.JointQposAdr[joint],
        model.JointDofAdr[joint],
        model.JointBody[joint]);

    private static RobotSensor Sensor(MjModel model, int sensor) =>
        new(model.NameOf(MjObject.Sensor, sensor), model.SensorAdr[sensor], model.SensorDim[sensor]);

    private static RobotActuator Actuator(MjModel model, int actuator)
    {
        bool limited = model.ActuatorCtrlLimited[actuator];
        var range = model.ActuatorCtrlRange.Slice(2 * actuator, 2);
        return new(
            model.NameOf(MjObject.Actuator, actuator),
            limited ? range[0] : double.NaN,
            limited ? range[1] : double.NaN,
            model.ActivationOf(actuator) ?? -1);
    }

    private static RobotKeyframe Keyframe(MjModel model, int key) => new(
        model.NameOf(MjObject.Key, key),
        [.. model.KeyQpos.Slice(key * model.Nq, model.Nq)],
        [.. model.KeyQvel.Slice(key * model.Nv, model.Nv)],
        [.. model.KeyAct.Slice(key * model.Na, model.Na)]);
}
