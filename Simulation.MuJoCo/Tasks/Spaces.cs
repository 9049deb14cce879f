namespace MbMix.Simulation.MuJoCo;

/// <summary>Describes state, action and observation (names, units, bounds) from the names in a model.</summary>
public static class Spaces
{
    /// <summary>Suffix of the name of a velocity that is expressed in the axes of its own body.</summary>
    public const string OwnFrame = " (own frame)";

    /// <summary>One dimension per component of qpos [nq].</summary>
    public static IReadOnlyList<Dimension> Positions(MjModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
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

    /// <summary>One dimension per component of qvel [nv].</summary>
    public static IReadOnlyList<Dimension> Velocities(MjModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
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

    /// <summary>The state: <c>qpos | qvel | act | mocap positions | mocap quaternions | carried</c>.</summary>
    internal static SpaceSpec State(MjModel model, TaskTraits traits) => new(
    [
        .. Positions(model),
        .. Velocities(model),
        .. Enumerable.Range(0, model.Na).Select(i => new Dimension(model.ActivationName(i), "1")),
        .. Mocaps(model).SelectMany(name => Components(name + " position", "m", "xyz")),
        .. Mocaps(model).SelectMany(name => Components(name + " quaternion", "1", "wxyz")),
        .. traits.Carried.Select(c => c.Dimension),
    ]);

    /// <summary>The action: one component per actuator [nu], bounded by its ctrlrange.</summary>
    /// <param name="model">The model.</param>
    /// <param name="id">Id of the environment, for messages.</param>
    /// <exception cref="MbMixException">The model has no actuator, or one without ctrlrange.</exception>
    public static SpaceSpec Action(MjModel model, string id)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Nu == 0)
            throw new MbMixException($"{id}: the model has no actuators, so there is nothing to control.");
        var all = new Dimension[model.Nu];
        for (int i = 0; i < all.Length; i++)
        {
            string name = model.NameOf(MjObject.Actuator, i);
            if (!model.ActuatorCtrlLimited[i])
            {
                throw new MbMixException(
                    $"{id}: the actuator '{name}' has no ctrlrange; actions need bounds, so give it one in the model.");
            }
            var range = model.ActuatorCtrlRange.Slice(2 * i, 2);
            all[i] = new Dimension(name, "1", range[0], range[1]);
        }
        return new SpaceSpec(all);
    }

    /// <summary>The components of a vector or quaternion, one per letter of <paramref name="axes"/>.</summary>
    public static IEnumerable<Dimension> Components(string name, string unit, string axes) =>
        axes.Select(axis => new Dimension($"{name} {axis}", unit));

    /// <summary>The components of a quantity that every body except the world has, body by body.</summary>
    public static IEnumerable<Dimension> OfBodies(MjModel model, params (string Name, string Unit)[] components)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (int body = 1; body < model.NBody; body++)
        {
            string name = model.NameOf(MjObject.Body, body);
            foreach (var (component, unit) in components) yield return new Dimension($"{name} {component}", unit);
        }
    }

    private static (string Name, MjJointType Type)[] Joints(MjModel model)
    {
        var joints = new (string, MjJointType)[model.NJoint];
        for (int i = 0; i < joints.Length; i++)
            joints[i] = (model.NameOf(MjObject.Joint, i), model.JointType[i]);
        return joints;
    }

    // in the order of their ids among mocap bodies
    private static string[] Mocaps(MjModel model)
    {
        var names = new string[model.NMocap];
        ReadOnlySpan<int> ids = model.Integers("body_mocapid");
        for (int body = 0; body < ids.Length; body++)
        {
            if (ids[body] >= 0) names[ids[body]] = model.NameOf(MjObject.Body, body);
        }
        return names;
    }
}
