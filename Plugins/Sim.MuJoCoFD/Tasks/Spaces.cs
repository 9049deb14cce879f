using MujocoSharp;

namespace MbMix.Sim.MuJoCoFD;

/// <summary>Names, units and bounds from the names in a model.</summary>
internal static class Spaces
{
    /// <summary>Marks a velocity in the axes of its own body.</summary>
    public const string OwnFrame = " (own frame)";

    /// <summary>Positions, one per component of qpos.</summary>
    public static IReadOnlyList<Dimension> Positions(MjModel model)
    {
        var all = new List<Dimension>();
        foreach (var (name, type) in Joints(model))
        {
            if (type == MjJointType.Free) all.AddRange(Components(name + " position", "m", "xyz"));
            switch (type)
            {
                case MjJointType.Free or MjJointType.Ball:
                    all.AddRange(Components(name + " quaternion", "1", "wxyz"));
                    break;
                default:
                    all.Add(new(name, type == MjJointType.Slide ? "m" : "rad"));
                    break;
            }
        }
        return all;
    }

    /// <summary>Velocities, one per component of qvel.</summary>
    public static IReadOnlyList<Dimension> Velocities(MjModel model)
    {
        var all = new List<Dimension>();
        foreach (var (name, type) in Joints(model))
        {
            if (type == MjJointType.Free) all.AddRange(Components(name + " velocity", "m/s", "xyz"));
            switch (type)
            {
                case MjJointType.Free or MjJointType.Ball:
                    all.AddRange(Components(name + " angular velocity" + OwnFrame, "rad/s", "xyz"));
                    break;
                default:
                    all.Add(new(name + " velocity", type == MjJointType.Slide ? "m/s" : "rad/s"));
                    break;
            }
        }
        return all;
    }

    public static SpaceSpec State(MjModel model, TaskTraits traits) => new(
    [
        .. Positions(model),
        .. Velocities(model),
        .. Enumerable.Range(0, model.Na).Select(i => new Dimension($"activation {i}", "1")),
        .. traits.Carried.Select(c => c.Dimension),
    ]);

    public static SpaceSpec Action(MjModel model, string id)
    {
        var all = new Dimension[model.Nu];
        for (int i = 0; i < all.Length; i++)
        {
            string name = model.Name(MjObject.Actuator, i) ?? $"control {i}";
            if (!model.ActuatorCtrlLimited[i]) throw new MbMixException($"{id}: the actuator '{name}' has no ctrlrange; actions need bounds, so give it one in the model.");
            all[i] = new Dimension(name, "1", model.ActuatorCtrlRange[2 * i], model.ActuatorCtrlRange[(2 * i) + 1]);
        }
        return new SpaceSpec(all);
    }

    public static IEnumerable<Dimension> Components(string name, string unit, string axes) => axes.Select(axis => new Dimension($"{name} {axis}", unit));

    /// <summary>A quantity of every body but the world.</summary>
    public static IEnumerable<Dimension> OfBodies(MjModel model, params (string Name, string Unit)[] components) =>
        Enumerable.Range(1, model.NBody - 1).SelectMany(body => components.Select(c => new Dimension($"{model.Name(MjObject.Body, body) ?? $"body {body}"} {c.Name}", c.Unit)));

    private static (string Name, MjJointType Type)[] Joints(MjModel model)
    {
        var joints = new (string, MjJointType)[model.NJoint];
        for (int i = 0; i < joints.Length; i++) joints[i] = (model.Name(MjObject.Joint, i) ?? $"joint {i}", model.JointType[i]);
        return joints;
    }
}
