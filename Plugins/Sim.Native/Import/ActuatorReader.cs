namespace MbMix.Sim.Native;

/// <summary>Reads the actuators of a model.</summary>
internal sealed class ActuatorReader(
    TreeReader tree, MjcfSettings settings, MjcfDefaults defaults, ImportReport report)
{
    private static readonly string[] Dynamics =
        ["none", "integrator", "filter", "filterexact", "muscle", "user", "dcmotor"];

    private static readonly string[] Laws = ["fixed", "none", "affine", "muscle", "user", "dcmotor"];

    /// <summary>Reads those that are simulated, and notes the others.</summary>
    public ImportedActuator[] Read(MjcfElement model)
    {
        var all = new List<ImportedActuator>();
        var names = new HashSet<string>();
        var elements = model.All("actuator").SelectMany(section => section.Children).ToList();
        foreach (var given in elements)
        {
            if (!MjcfSchema.Actuators.Contains(given.Name))
            {
                report.Refuse(given, $"{given.Name} actuator");
                continue;
            }
            var element = defaults.Apply(given, null);
            string name = element["name"] is { Length: > 0 } own
                ? own : TreeReader.FreeName($"actuator {all.Count}", other => elements.Any(e => e["name"] == other));
            if (!names.Add(name)) throw element.Error("there already is an actuator of this name");
            if (Read(element, name) is { } actuator) all.Add(actuator);
        }
        return [.. all];
    }

    private ImportedActuator? Read(MjcfElement element, string name)
    {
        double[]? law = null;
        double[] bias = [0, 0, 0];
        switch (element.Name)
        {
            case "motor":
                law = [1, 0, 0];
                break;
            case "position":
                double kp = element.Positive("kp", 1);
                law = [kp, 0, 0];
                bias = [0, -kp, -element.Positive("kv", 0)];
                if (element.Number("timeconst", 0) != 0) return Refused(element, "filtered servo");
                if (element["dampratio"] is not null) return Refused(element, "servo with a damping ratio");
                break;
            case "velocity":
                double kv = element.Positive("kv", 1);
                law = [kv, 0, 0];
                bias = [0, 0, -kv];
                break;
            default:
                if (element.Choice("dyntype", "none", Dynamics) != "none")
                    return Refused(element, "actuator with an activation");
                if (element.Choice("gaintype", "fixed", Laws) is not ("fixed" or "affine"))
                    return Refused(element, $"actuator with gaintype {element["gaintype"]}");
                if (element.Choice("biastype", "none", Laws) is not ("none" or "affine"))
                    return Refused(element, $"actuator with biastype {element["biastype"]}");
                law = Three(element, "gainprm", element["gaintype"] == "affine", 1);
                if (element["biastype"] == "affine") bias = Three(element, "biasprm", true, 0);
                break;
        }
        foreach (string other in (string[])["tendon", "cranksite", "slidersite", "refsite", "body"])
        {
            if (element[other] is not null) return Refused(element, $"actuator with a {other}");
        }
        foreach (string other in (string[])["delay", "armature", "damping"])
        {
            if (element.Number(other, 0) != 0) return Refused(element, $"actuator with {other}");
        }
        double[]? range = tree.Limits(element, "ctrllimited", "ctrlrange");
        if (element.Number("inheritrange", 0) != 0) range = Inherited(element, element.Number("inheritrange", 0));
        double[] gear = [.. element.Numbers("gear", 1, 6) ?? [1]];
        bool off = settings.Disabled("actuation");
        return Aim(element, new ImportedActuator
        {
            Name = name,
            Gear = [.. gear, .. new double[6 - gear.Length]],
            Gain = off ? [0, 0, 0] : law,
            Bias = off ? [0, 0, 0] : bias,
            ControlRange = range,
            ForceRange = tree.Limits(element, "forcelimited", "forcerange"),
        });
    }

    private ImportedActuator? Aim(MjcfElement element, ImportedActuator actuator)
    {
        if (element["site"] is { } site)
        {
            int index = tree.Sites.FindIndex(s => s.Name == site);
            if (index < 0) throw element.Error($"there is no site '{MjcfElement.Short(site)}'");
            bool depends = actuator.Gain.Skip(1).Concat(actuator.Bias.Skip(1)).Any(x => x != 0);
            // the length of such an actuator is 0, but its velocity is not
            return depends ? Refused(element, "servo at a site") : actuator with { Site = index };
        }
        string? name = element["joint"] ?? element["jointinparent"];
        if (name is null) throw element.Error("it drives nothing: give it a joint");
        int joint = tree.Joints.FindIndex(j => j.Name == name);
        if (joint < 0) throw element.Error($"there is no joint '{MjcfElement.Short(name)}'");
        if (tree.Joints[joint].Kind == JointKind.Free) return Refused(element, "actuator of a free joint");
        if (element["cranklength"] is not null) return Refused(element, "crank");
        return actuator with { Joint = joint, InParent = element["jointinparent"] is not null };
    }

    private double[]? Inherited(MjcfElement element, double share)
    {
        string? name = element["joint"];
        var joint = tree.Joints.Find(j => j.Name == name);
        var limits = joint is null || joint.Kind == JointKind.Ball ? null : tree.Links[joint.Link].Limits;
        if (limits is null) throw element.Error("inheritrange needs a joint with a range");
        double middle = (limits[0] + limits[1]) / 2, half = share * (limits[1] - limits[0]) / 2;
        return [middle - half, middle + half];
    }

    private ImportedActuator? Refused(MjcfElement element, string kind)
    {
        report.Refuse(element, kind);
        return null;
    }

    private static double[] Three(MjcfElement element, string attribute, bool affine, double first)
    {
        double[] given = element.Numbers(attribute, 1, 10) ?? [first];
        return [given[0], affine ? given.ElementAtOrDefault(1) : 0, affine ? given.ElementAtOrDefault(2) : 0];
    }
}
