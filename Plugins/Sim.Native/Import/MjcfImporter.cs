namespace MbMix.Sim.Native;

/// <summary>Turns an MJCF model into a robot of the engine, and reports what it leaves out.</summary>
internal static class MjcfImporter
{
    private static readonly string[] Ignored =
    [
        "compiler", "option", "default", "worldbody", "actuator", "contact", "visual", "statistic", "size", "custom",
        "asset", "keyframe",
    ];

    /// <summary>Imports a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="ConfigurationException">The file is malformed.</exception>
    public static ImportedRobot FromFile(string path)
    {
        var (root, files) = MjcfReader.ReadFile(path);
        return Import(root, Path.GetFileName(path)) with { Files = files };
    }

    /// <summary>Imports a text.</summary>
    /// <param name="xml">The XML text.</param>
    /// <param name="name">What messages call it.</param>
    public static ImportedRobot FromText(string xml, string name) => Import(MjcfReader.ReadText(xml, name), name);

    private static ImportedRobot Import(MjcfElement model, string name)
    {
        var report = new ImportReport();
        var settings = new MjcfSettings(model);
        var defaults = new MjcfDefaults(model);
        if (settings.Fluid is { } fluid) report.Refuse(fluid, "fluid (density or viscosity)");
        if (settings.AlignFree is { } align) report.Refuse(align, "alignfree");
        if (settings.ByGroup is { } groups) report.Refuse(groups, "actuatorgroupdisable");
        var tree = new TreeReader(model, settings, defaults, report);
        if (tree.Joints.Count == 0) throw model.Error("nothing in it moves: it has no joint");
        var actuators = new ActuatorReader(tree, settings, defaults, report).Read(model);
        var points = new ContactReader(tree, settings, report).Read(model);
        NoteSections(model, settings, report);
        var robot = new ImportedRobot
        {
            Name = name,
            Description = new RobotDescription
            {
                Gravity = settings.Gravity,
                Links = [.. tree.Links],
                PlanePoints = points,
                Shapes = Shapes(tree),
            },
            Bodies = tree.Bodies,
            Joints = tree.Joints,
            Sites = tree.Sites,
            Actuators = actuators,
            Keyframes = [],
            Sensors = [.. model.All("sensor").SelectMany(s => s.Children).Select((s, i) => s["name"] ?? $"sensor {i}")],
            Timestep = settings.Timestep,
            ClipsControls = !settings.Disabled("clampctrl"),
            StartPositions = [.. tree.StartPositions],
            Static = tree.Static,
            Report = report,
        };
        return robot with { Keyframes = Keyframes(model, robot) };
    }

    // shapes of higher groups are for contact alone, as a rule, and are hidden unless there is nothing else
    private static LinkShape[] Shapes(TreeReader tree)
    {
        var visible = tree.Geoms.Where(g => g.Group < 3).ToList();
        var shown = visible.Exists(g => tree.Bodies[g.Body].Link >= 0) ? visible : tree.Geoms;
        return [.. shown.Select(g => g.Shape(tree.Bodies[g.Body])).OfType<LinkShape>()];
    }

    private static void NoteSections(MjcfElement model, MjcfSettings settings, ImportReport report)
    {
        bool constrained = !settings.Disabled("equality") && !settings.Disabled("constraint");
        foreach (var section in model.Children)
        {
            switch (section.Name)
            {
                case "equality":
                    foreach (var equality in section.Children.Where(e => constrained && e.Flag("active", true)))
                        report.Refuse(equality, $"equality {equality.Name}");
                    break;
                case "tendon":
                    foreach (var tendon in section.Children) NoteTendon(tendon, report);
                    break;
                case "sensor":
                    foreach (var sensor in section.Children) report.Warn(sensor, $"sensor {sensor.Name}");
                    break;
                case "deformable" or "extension":
                    if (section.Children.Count > 0) report.Refuse(section);
                    break;
                default:
                    if (!Ignored.Contains(section.Name)) throw section.Error("there is no such section in a model");
                    break;
            }
        }
    }

    // a tendon that only measures a length changes nothing
    private static void NoteTendon(MjcfElement tendon, ImportReport report)
    {
        string[] forces = ["stiffness", "damping", "frictionloss", "range", "armature", "class", "actuatorfrcrange"];
        if (forces.Any(f => tendon[f] is { } value && value != "0")) report.Refuse(tendon, "tendon with forces");
        else report.Warn(tendon, "tendon");
    }

    private static List<ImportedKeyframe> Keyframes(MjcfElement model, ImportedRobot robot)
    {
        var all = new List<ImportedKeyframe>();
        foreach (var key in model.All("keyframe").SelectMany(section => section.Children))
        {
            MjcfSchema.Check(key);
            if (key.Name != "key") throw key.Error("there is no such element in a keyframe section");
            int nq = robot.Positions, nv = robot.Velocities;
            double[] positions = key.Numbers("qpos", nq, nq) ?? [.. robot.StartPositions];
            double[] velocities = key.Numbers("qvel", nv, nv) ?? new double[nv];
            foreach (var joint in robot.Joints.Where(j => j.Quaternion >= 0))
            {
                if (positions.Skip(joint.Quaternion).Take(4).All(x => x == 0))
                    throw key.Error($"the quaternion of '{joint.Name}' is zero");
            }
            string name = key["name"] ?? $"keyframe {all.Count}";
            all.Add(new(name, positions, velocities));
        }
        return all;
    }
}
