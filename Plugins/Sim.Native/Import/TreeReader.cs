using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>
/// Reads the tree of bodies of a model as links. Bodies that do not move against their parent become part of its link;
/// a body with several joints becomes a chain of links, of which the last has the mass. The frame of a link has its
/// origin at the anchor of its joint.
/// </summary>
internal sealed class TreeReader
{
    private readonly MjcfSettings settings;
    private readonly MjcfDefaults defaults;
    private readonly ImportReport report;
    private readonly List<int> parentLinks = [];
    private readonly List<MassProperties> masses = [MassProperties.None];
    private readonly HashSet<(string, string)> names = [];
    private readonly HashSet<(string, string)> given = [];
    private int positions, velocities;

    /// <summary>Reads the bodies of a model.</summary>
    public TreeReader(MjcfElement model, MjcfSettings settings, MjcfDefaults defaults, ImportReport report)
    {
        (this.settings, this.defaults, this.report) = (settings, defaults, report);
        Bodies.Add(new ImportedBody("world", -1, -1, Placement.Identity));
        foreach (var world in model.All("worldbody")) NoteNames(world);
        foreach (var world in model.All("worldbody")) Fill(world, 0, world["childclass"]);
        Scale();
    }

    public List<LinkDescription> Links { get; } = [];

    public List<ImportedBody> Bodies { get; } = [];

    public List<ImportedJoint> Joints { get; } = [];

    public List<ImportedSite> Sites { get; } = [];

    public List<Geom> Geoms { get; } = [];

    /// <summary>Positions at which no joint displaces its body, in the order of MuJoCo.</summary>
    public List<double> StartPositions { get; } = [];

    /// <summary>Mass of the bodies that do not move, in the world.</summary>
    public MassProperties Static { get; private set; } = MassProperties.None;

    /// <summary>The element of each joint, with its defaults.</summary>
    public List<MjcfElement> JointElements { get; } = [];

    /// <summary>For each link the next link above its body; the links of a body's chain have the same one.</summary>
    public IReadOnlyList<int> ParentLinks => parentLinks;

    private void Read(MjcfElement element, int parent, Placement frame, string? childClass)
    {
        MjcfSchema.Check(element);
        if (element.Flag("mocap", false)) report.Refuse(element, "mocap body");
        if (element.Number("gravcomp", 0) != 0) report.Refuse(element, "gravity compensation of body");
        int index = Bodies.Count;
        string name = Name(element, "body", index);
        var above = Bodies[parent];
        var place = above.Place * frame * settings.Place(element);
        Bodies.Add(new ImportedBody(name, parent, above.Link, place));
        masses.Add(MassProperties.None);
        Fill(element, index, element["childclass"] ?? childClass);
    }

    private void Fill(MjcfElement element, int body, string? childClass)
    {
        var parts = Parts(element, Placement.Identity, childClass).ToList();
        AddJoints(body, parts);
        int firstGeom = Geoms.Count;
        foreach (var (part, frame, partClass) in parts)
        {
            if (part.Name == "geom") AddGeom(part, frame, partClass, body);
            else if (part.Name == "site") AddSite(part, frame, partClass, body);
        }
        if (body > 0) masses[body] = Mass(element, body, Geoms.Skip(firstGeom));
        foreach (var (part, frame, partClass) in parts)
        {
            switch (part.Name)
            {
                case "body":
                    Read(part, body, frame, partClass);
                    break;
                case "joint" or "freejoint" or "inertial" when body == 0:
                    throw part.Error("the world does not move");
                case "joint" or "freejoint" or "inertial" or "geom" or "site" or "camera" or "light":
                    break;
                case "composite" or "flexcomp" or "plugin" or "attach" or "replicate":
                    report.Refuse(part);
                    break;
                default:
                    throw part.Error("there is no such element in a body");
            }
        }
    }

    // what is in a body, through all frames
    private IEnumerable<(MjcfElement Element, Placement Frame, string? Class)> Parts(
        MjcfElement element, Placement frame, string? childClass)
    {
        foreach (var child in element.Children)
        {
            if (child.Name != "frame")
            {
                yield return (child, frame, childClass);
                continue;
            }
            MjcfSchema.Check(child);
            foreach (var inner in Parts(child, frame * settings.Place(child), child["childclass"] ?? childClass))
                yield return inner;
        }
    }

    private void AddGeom(MjcfElement part, Placement frame, string? childClass, int body)
    {
        var geom = new Geom(defaults.Apply(part, childClass), settings, frame, body);
        if (part["name"] is not null) Name(part, "geom", 0);
        if (geom.Kind == "plane" && Bodies[body].Link >= 0) throw part.Error("a plane can only be fixed to the world");
        Geoms.Add(geom);
    }

    private void AddSite(MjcfElement part, Placement frame, string? childClass, int body)
    {
        var site = defaults.Apply(part, childClass);
        var own = site.Numbers("fromto", 6, 6) is { } ends ? Placement.Between(ends, site) : settings.Place(site);
        Sites.Add(new ImportedSite(
            Name(part, "site", Sites.Count), Bodies[body].Link, Bodies[body].Place * frame * own));
    }

    private MassProperties Mass(MjcfElement element, int body, IEnumerable<Geom> geoms)
    {
        var inertials = Parts(element, Placement.Identity, null).Where(p => p.Element.Name == "inertial").ToList();
        if (inertials.Count > 1) throw inertials[1].Element.Error("a body has one inertial at most");
        bool given = inertials.Count == 1;
        bool fromGeoms = settings.InertiaFromGeom switch { "true" => true, "false" => false, _ => !given };
        var mass = MassProperties.None;
        if (!fromGeoms)
        {
            if (given) mass = Inertial(inertials[0].Element).In(inertials[0].Frame);
        }
        else
        {
            foreach (var geom in geoms)
            {
                if (geom.Group < settings.InertiaGroups[0] || geom.Group > settings.InertiaGroups[1]) continue;
                if (geom.Unknown && geom.Element.Number("mass", 1) != 0 && geom.Element.Number("density", 1) != 0)
                    report.Refuse(geom.Element, "mesh that has mass");
                else if (geom.Element.Flag("shellinertia", false))
                    report.Refuse(geom.Element, "shell with mass");
                else
                    mass += geom.MassProperties();
            }
        }
        return mass.Bounded(settings, message => element.Error(message));
    }

    private MassProperties Inertial(MjcfElement inertial)
    {
        MjcfSchema.Check(inertial);
        if (inertial["mass"] is null) throw inertial.Error("it has no mass");
        double mass = inertial.Positive("mass", 0);
        var place = settings.Place(inertial);
        if (inertial.Numbers("fullinertia", 6, 6) is { } full)
        {
            if (inertial["diaginertia"] is not null)
                throw inertial.Error("diaginertia and fullinertia exclude each other");
            return new MassProperties(mass, [0, 0, 0], full).In(place);
        }
        double[] moments = inertial.Numbers("diaginertia", 3, 3) ?? [0, 0, 0];
        return new MassProperties(mass, [0, 0, 0], [.. moments, 0, 0, 0]).In(place);
    }

    private void AddJoints(int body, List<(MjcfElement Element, Placement Frame, string? Class)> parts)
    {
        var joints = parts.Where(p => p.Element.Name is "joint" or "freejoint").ToList();
        if (body == 0 || joints.Count == 0) return;
        int parent = Bodies[body].Link;
        foreach (var (part, frame, partClass) in joints)
        {
            var joint = part.Name == "joint" ? defaults.Apply(part, partClass) : part;
            MjcfSchema.Check(part);
            string kind = part.Name == "freejoint"
                ? "free" : joint.Choice("type", "hinge", "hinge", "slide", "ball", "free");
            if (kind == "free" && (joints.Count > 1 || Bodies[body].Parent > 0))
                throw part.Error("a free joint must be the only joint of a body in the world");
            AddJoint(joint, kind, frame, body, parent);
        }
    }

    private void AddJoint(MjcfElement joint, string kind, Placement frame, int body, int bodyParent)
    {
        string name = Name(joint, "joint", Joints.Count);
        var (bodyName, _, parent, place) = Bodies[body];
        if (kind != "free" && joint.Number("frictionloss", 0) != 0) report.Warn(joint, "friction loss of joint");
        if (joint.Numbers("springdamper", 2, 2) is { } damper && damper.Any(d => d != 0))
            report.Refuse(joint, "springdamper of joint");
        if (kind == "free")
        {
            if (joint.Choice("align", "auto", "true", "false", "auto") == "true")
                report.Refuse(joint, "aligned free joint");
            AddFree(joint, name, body, bodyName, bodyParent);
            return;
        }
        var anchor = kind == "slide"
            ? Vector3<Real>.Zero : frame.Apply(Vector3<Real>.From(joint.Vector("pos", 0, 0, 0)));
        var direction = Vector3<Real>.From(Placement.Unit(joint.Vector("axis", 0, 0, 1), joint, "axis"));
        double[] axis = Placement.Components(frame.Turn(direction));
        bool turns = kind == "hinge";
        double Angle(double value) => turns ? settings.Radians(value) : value;
        bool passive = !settings.Disabled("passive");
        var link = new LinkDescription
        {
            Name = name,
            Parent = parent,
            Joint = kind switch { "slide" => JointKind.Prismatic, "hinge" => JointKind.Revolute, _ => JointKind.Ball },
            Axis = kind == "ball" ? [0, 0, 0] : axis,
            Position = Placement.Components(place.Apply(anchor)),
            Rotation = place.QuaternionComponents,
            Armature = joint.Positive("armature", 0),
            Damping = passive && !settings.Disabled("damper") ? joint.Positive("damping", 0) : 0,
            Reference = kind == "ball" ? 0 : Angle(joint.Number("ref", 0)),
            Rest = kind == "ball" ? 0 : Angle(joint.Number("springref", 0)),
        };
        double stiffness = passive && !settings.Disabled("spring") ? joint.Positive("stiffness", 0) : 0;
        double[]? range = Range(joint);
        if (kind == "ball" && range is [_, <= 0]) throw joint.Error("the largest angle must be positive");
        if (kind != "ball" && range is not null && range[0] >= range[1])
            throw joint.Error("range must go from low to high");
        var made = new ImportedJoint(name, link.Joint, Links.Count, body, positions, velocities)
        {
            ForceRange = Limits(joint, "actuatorfrclimited", "actuatorfrcrange"),
        };
        if (kind == "ball")
        {
            made = made with { TurnStiffness = stiffness };
            if (range is not null) made = made with { LargestTurn = settings.Radians(range[1]) };
        }
        else
        {
            double[]? limits = range is null ? null : [Angle(range[0]), Angle(range[1])];
            link = link with { Stiffness = stiffness, Limits = limits };
        }
        Add(link, bodyParent);
        AddJoint(made, joint, kind == "ball" ? [1, 0, 0, 0] : [link.Reference]);
        Bodies[body] = Bodies[body] with
        {
            Link = made.Link,
            Place = new(Vector3<Real>.Zero - anchor, Quaternion<Real>.Identity),
        };
    }

    private void AddFree(MjcfElement joint, string name, int body, string bodyName, int bodyParent)
    {
        var start = Bodies[body].Place;
        double[] origin = Placement.Components(start.Position), turn = start.QuaternionComponents;
        bool passive = !settings.Disabled("passive");
        var link = new LinkDescription
        {
            Name = name,
            Joint = JointKind.Prismatic,
            Armature = joint.Positive("armature", 0),
            Damping = passive && !settings.Disabled("damper") ? joint.Positive("damping", 0) : 0,
        };
        double stiffness = passive && !settings.Disabled("spring") ? joint.Positive("stiffness", 0) : 0;
        for (int i = 0; i < 3; i++)
        {
            var axis = new double[3];
            axis[i] = 1;
            var slider = link with
            {
                Name = $"{name} {"xyz"[i]}",
                Parent = i == 0 ? -1 : Links.Count - 1,
                Axis = axis,
                Stiffness = stiffness,
                Rest = origin[i],
            };
            Add(slider, bodyParent);
        }
        Add(link with { Joint = JointKind.Ball, Parent = Links.Count - 1 }, bodyParent);
        var made = new ImportedJoint(name, JointKind.Free, Links.Count - 1, body, positions, velocities)
        {
            TurnStiffness = stiffness,
            TurnRest = turn,
        };
        AddJoint(made, joint, [.. origin, turn[3], turn[0], turn[1], turn[2]]);
        Bodies[body] = new ImportedBody(bodyName, 0, made.Link, Placement.Identity);
    }

    private void Add(LinkDescription link, int bodyParent)
    {
        Links.Add(link);
        parentLinks.Add(bodyParent);
    }

    private void AddJoint(ImportedJoint joint, MjcfElement element, double[] start)
    {
        Joints.Add(joint);
        JointElements.Add(element);
        StartPositions.AddRange(start);
        positions += joint.Kind.Positions();
        velocities += joint.Kind.Velocities();
    }

    private double[]? Range(MjcfElement joint) =>
        settings.Disabled("limit") || settings.Disabled("constraint") ? null : Limits(joint, "limited", "range");

    /// <summary>Reads limits that are switched on by a flag, or by being given.</summary>
    public double[]? Limits(MjcfElement element, string flag, string range)
    {
        double[]? given = element.Numbers(range, 2, 2);
        string limited = element.Choice(flag, "auto", "true", "false", "auto");
        bool on = limited == "true" || (limited == "auto" && settings.AutoLimits && given is not null);
        if (limited == "auto" && !settings.AutoLimits && given is not null)
            throw element.Error($"without autolimits, {flag} must say whether {range} holds");
        return on ? given ?? throw element.Error($"{flag} needs a {range}") : null;
    }

    // gives the links their mass, and all of them the wanted total
    private void Scale()
    {
        double total = masses.Sum(m => m.Mass);
        double scale = settings.TotalMass > 0 && total > 0 ? settings.TotalMass / total : 1;
        for (int body = 1; body < Bodies.Count; body++)
        {
            var mass = scale * masses[body];
            var (_, _, link, place) = Bodies[body];
            if (link < 0)
            {
                Static += mass.In(place);
                continue;
            }
            var before = new MassProperties(Links[link].Mass, Links[link].CenterOfMass, Links[link].Inertia);
            var sum = before + mass.In(place);
            Links[link] = Links[link] with { Mass = sum.Mass, CenterOfMass = sum.Center, Inertia = sum.Inertia };
        }
    }

    // what has no name must not take one that is given further below
    private void NoteNames(MjcfElement element)
    {
        foreach (var child in element.Children)
        {
            if (child["name"] is { Length: > 0 } name)
                given.Add((child.Name == "freejoint" ? "joint" : child.Name, name));
            NoteNames(child);
        }
    }

    private string Name(MjcfElement element, string kind, int index)
    {
        string name = element["name"] is { Length: > 0 } own
            ? own : FreeName($"{kind} {index}", other => given.Contains((kind, other)));
        if (!names.Add((kind, name))) throw element.Error($"there already is a {kind} '{MjcfElement.Short(name)}'");
        return name;
    }

    /// <summary>What to call something without a name, if others do not have it already.</summary>
    public static string FreeName(string name, Predicate<string> taken)
    {
        while (taken(name)) name += " (unnamed)";
        return name;
    }
}
