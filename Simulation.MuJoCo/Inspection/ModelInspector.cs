using System.Globalization;

namespace MbMix.Simulation.MuJoCo;

/// <summary>Inspects a model.</summary>
internal static class ModelInspector
{
    /// <summary>Loads and inspects a model file.</summary>
    /// <exception cref="MbMixException">MuJoCo is missing, or refuses the model.</exception>
    public static ModelReport Inspect(string file)
    {
        try
        {
            using var model = MjModel.FromFile(file);
            return Inspect(model, file);
        }
        catch (MujocoException e)
        {
            throw new MbMixException(e.Message, e);
        }
    }

    private static ModelReport Inspect(MjModel model, string file)
    {
        string[] joints = Names(model, MjObject.Joint, model.NJoint);
        string[] tendons = Names(model, MjObject.Tendon, model.NTendon);
        return new ModelReport
        {
            File = file,
            Mujoco = MujocoLibrary.Version,
            Library = MujocoLibrary.Path,
            Mass = Sum(model.BodyMass),
            Timestep = model.Timestep,
            Integrator = model.IntegratorName(),
            Solver = model.SolverName(),
            Cone = model.Cone.ToString().ToLowerInvariant(),
            Sizes = new Dictionary<string, int>
            {
                ["nq"] = model.Nq,
                ["nv"] = model.Nv,
                ["nu"] = model.Nu,
                ["na"] = model.Na,
                ["nbody"] = model.NBody,
                ["njnt"] = model.NJoint,
                ["ngeom"] = model.NGeom,
                ["nsite"] = model.NSite,
                ["ntendon"] = model.NTendon,
                ["nsensordata"] = model.NSensorData,
                ["neq"] = model.NEq,
                ["nmocap"] = model.NMocap,
                ["nkey"] = model.NKey,
                ["nuserdata"] = model.NUserData,
            },
            Bodies = Bodies(model),
            Joints = [.. joints.Select((name, i) => new PartReport(name, Joint(model, i)))],
            Actuators = Parts(model, MjObject.Actuator, model.NActuator, i => Actuator(model, i, joints, tendons)),
            Sensors = Parts(model, MjObject.Sensor, model.NSensor, i => Sensor(model, i)),
            Tendons = [.. tendons.Select((name, i) => new PartReport(name, Tendon(model, i)))],
            Equalities = Parts(model, MjObject.Equality, model.NEq, i => Equality(model, i, joints, tendons)),
            Keyframes = Parts(model, MjObject.Key, model.NKey, i => Text($"time {model.KeyTime[i]:G4} s")),
            Refusal = Derivability.FirstRefusal(model),
            NoGradients = Derivability.FirstObstacle(model),
            Concerns = [.. Concerns.Of(model)],
        };
    }

    private static List<BodyReport> Bodies(MjModel model)
    {
        var bodies = new List<BodyReport>();
        for (int body = 0; body < model.NBody; body++)
        {
            int parent = model.BodyParent[body];
            bodies.Add(new BodyReport(
                model.NameOf(MjObject.Body, body),
                body == 0 ? 0 : bodies[parent].Depth + 1,
                body == 0 ? null : bodies[parent].Name,
                model.BodyMass[body],
                model.Integers("body_mocapid")[body] >= 0,
                On(model, MjObject.Joint, model.JointBody, body),
                On(model, MjObject.Site, model.SiteBody, body)));
        }
        return bodies;
    }

    private static string[] On(MjModel model, MjObject kind, ReadOnlySpan<int> bodies, int body)
    {
        var names = new List<string>();
        for (int i = 0; i < bodies.Length; i++)
        {
            if (bodies[i] == body) names.Add(model.NameOf(kind, i));
        }
        return [.. names];
    }

    private static string Joint(MjModel model, int i)
    {
        var type = model.JointType[i];
        string facts = Text($"{type}, qpos {model.JointQposAdr[i]}, qvel {model.JointDofAdr[i]}");
        facts = char.ToLowerInvariant(facts[0]) + facts[1..];
        if (model.JointLimited[i]) facts += Text($", {Range(model.JointRange.Slice(2 * i, 2))}");
        int dof = model.JointDofAdr[i];
        if (model.JointStiffness[i] != 0) facts += Text($", stiffness {model.JointStiffness[i]:G4}");
        if (model.DofDamping[dof] != 0) facts += Text($", damping {model.DofDamping[dof]:G4}");
        if (model.DofArmature[dof] != 0) facts += Text($", armature {model.DofArmature[dof]:G4}");
        return facts;
    }

    private static string Actuator(MjModel model, int i, string[] joints, string[] tendons)
    {
        string kind = model.TypeName(MjTypeKind.ActuatorTransmission, model.ActuatorTransmission[i]);
        int target = model.ActuatorTarget[2 * i];
        string? name = kind switch
        {
            "joint" or "jointinparent" => joints[target],
            "tendon" => tendons[target],
            "site" => model.NameOf(MjObject.Site, target),
            "body" => model.NameOf(MjObject.Body, target),
            _ => null,
        };
        bool unnamed = name is not null && name.StartsWith(kind + " ", StringComparison.Ordinal);
        string facts = name is null ? kind : unnamed ? name : $"{kind} {name}";
        facts += $", gear {Gear(model.ActuatorGear.Slice(6 * i, 6))}, control ";
        facts += model.ActuatorCtrlLimited[i] ? Range(model.ActuatorCtrlRange.Slice(2 * i, 2)) : "without limits";
        string dynamics = model.TypeName(MjTypeKind.ActuatorDynamics, model.ActuatorDynamics[i]);
        if (model.ActivationOf(i) is { } activation) facts += Text($", {dynamics}, act {activation}");
        return facts;
    }

    // a motor of a joint or tendon needs the first number alone
    private static string Gear(ReadOnlySpan<double> gear)
    {
        bool single = !gear[1..].ContainsAnyExcept(0.0);
        return string.Join(' ', gear[..(single ? 1 : 6)].ToArray().Select(g => Text($"{g:G4}")));
    }

    private static string Sensor(MjModel model, int i)
    {
        string type = model.TypeName(MjTypeKind.Sensor, model.SensorType[i]);
        int first = model.SensorAdr[i], last = first + model.SensorDim[i] - 1;
        return first == last ? Text($"{type}, sensordata {first}") : Text($"{type}, sensordata {first} to {last}");
    }

    private static string Tendon(MjModel model, int i)
    {
        string facts = model.TendonLimited[i] ? Range(model.TendonRange.Slice(2 * i, 2)) : "without limits";
        double stiffness = model.Array("tendon_stiffness")[i], damping = model.Array("tendon_damping")[i];
        if (stiffness != 0) facts += Text($", stiffness {stiffness:G4}");
        if (damping != 0) facts += Text($", damping {damping:G4}");
        return facts;
    }

    private static string Equality(MjModel model, int i, string[] joints, string[] tendons)
    {
        string type = model.TypeName(MjTypeKind.Equality, model.EqualityType[i]);
        string Named(int id) => type switch
        {
            "joint" => joints[id],
            "tendon" => tendons[id],
            "connect" or "weld" => model.NameOf(MjObject.Body, id),
            _ => Text($"object {id}"),
        };
        int second = model.EqualityObject2[i];
        string facts = $"{type}, {Named(model.EqualityObject1[i])}";
        if (second >= 0) facts += $" and {Named(second)}";
        return model.EqualityStart[i] ? facts : facts + ", off";
    }

    private static PartReport[] Parts(MjModel model, MjObject kind, int count, Func<int, string> facts) =>
        [.. Names(model, kind, count).Select((name, i) => new PartReport(name, facts(i)))];

    private static string[] Names(MjModel model, MjObject kind, int count) =>
        [.. Enumerable.Range(0, count).Select(i => model.NameOf(kind, i))];

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum;
    }

    private static string Range(ReadOnlySpan<double> range) => Text($"{range[0]:G4} to {range[1]:G4}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
