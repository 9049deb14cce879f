using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>A shape of a model.</summary>
internal sealed class Geom
{
    private static readonly string[] Kinds =
        ["plane", "hfield", "sphere", "capsule", "ellipsoid", "cylinder", "box", "mesh", "sdf"];

    private readonly double[] size;

    /// <summary>Reads a shape.</summary>
    /// <param name="element">The element, with its defaults.</param>
    /// <param name="settings">The settings of the model.</param>
    /// <param name="frame">Where the frame around it is in its body.</param>
    /// <param name="body">Index of its body.</param>
    public Geom(MjcfElement element, MjcfSettings settings, Placement frame, int body)
    {
        (Element, Body) = (element, body);
        Kind = element.Choice("type", element["mesh"] is null ? "sphere" : "mesh", Kinds);
        Fitted = Kind != "mesh" && element["mesh"] is not null;
        ContactType = element.Whole("contype", 1);
        ContactAffinity = element.Whole("conaffinity", 1);
        Priority = element.Whole("priority", 0);
        Dimensions = element.Whole("condim", 3);
        Friction = element.Numbers("friction", 1, 3)?[0] ?? 1;
        Group = element.Whole("group", 0);
        if (Friction < 0) throw element.Error("friction is negative");
        size = Sizes();
        Place = frame * PlaceInFrame(settings);
    }

    public MjcfElement Element { get; }

    /// <summary>Index of its body.</summary>
    public int Body { get; }

    public string Kind { get; }

    /// <summary>Whether its size comes from a mesh.</summary>
    public bool Fitted { get; }

    public int ContactType { get; }

    public int ContactAffinity { get; }

    public int Priority { get; }

    /// <summary>Dimensions of its contacts: 1 without friction.</summary>
    public int Dimensions { get; }

    /// <summary>Coefficient of sliding friction.</summary>
    public double Friction { get; }

    public int Group { get; }

    /// <summary>What it looks like on a link; null if its shape is not known.</summary>
    /// <param name="body">The body that it belongs to.</param>
    public LinkShape? Shape(ImportedBody body)
    {
        if (Fitted || !Enum.TryParse(Kind, ignoreCase: true, out ShapeKind kind) || kind == ShapeKind.Mesh) return null;
        var place = body.Place * Place;
        return new LinkShape(body.Link, kind, kind == ShapeKind.Plane ? [.. size.Take(2)] : size)
        {
            Center = Placement.Components(place.Position),
            Rotation = place.QuaternionComponents,
            Color = Element.Numbers("rgba", 4, 4)?.Select(c => Math.Clamp(c, 0, 1)).ToArray(),
        };
    }

    /// <summary>Where it is in its body.</summary>
    public Placement Place { get; }

    /// <summary>Whether it can have mass but its shape is not known.</summary>
    public bool Unknown => Fitted || Kind is "mesh" or "sdf";

    /// <summary>Whether it touches planes in the simulation.</summary>
    public bool Touches => !Fitted && Kind is "sphere" or "capsule" or "box";

    /// <summary>Whether two shapes may touch each other.</summary>
    public bool Meets(Geom other) =>
        (ContactType & other.ContactAffinity) != 0 || (other.ContactType & ContactAffinity) != 0;

    /// <summary>Mass and inertia in the frame of the body.</summary>
    public MassProperties MassProperties()
    {
        double density = Element.Positive("density", 1000);
        double mass = Element.Positive("mass", Kind is "plane" or "hfield" ? 0 : density * Volume());
        if (Kind is "plane" or "hfield" || mass == 0) return Native.MassProperties.None;
        return new MassProperties(mass, [0, 0, 0], [.. Moments(mass), 0, 0, 0]).In(Place);
    }

    /// <summary>
    /// The spheres of the shape that can touch a plane: their centers in the frame of the body, and their radius.
    /// </summary>
    public (IEnumerable<Vector3<Real>> Centers, double Radius) Spheres() => Kind switch
    {
        "sphere" => ([Place.Position], size[0]),
        "capsule" => ([Place.Apply(new(0, 0, size[1])), Place.Apply(new(0, 0, -size[1]))], size[0]),
        _ => (Corners().Select(Place.Apply), 0),
    };

    private IEnumerable<Vector3<Real>> Corners() =>
        from x in (double[])[-1, 1]
        from y in (double[])[-1, 1]
        from z in (double[])[-1, 1]
        select new Vector3<Real>(x * size[0], y * size[1], z * size[2]);

    private double Volume() => Kind switch
    {
        "sphere" => 4 * Math.PI / 3 * size[0] * size[0] * size[0],
        "capsule" => Math.PI * size[0] * size[0] * ((4.0 / 3 * size[0]) + (2 * size[1])),
        "cylinder" => 2 * Math.PI * size[0] * size[0] * size[1],
        "ellipsoid" => 4 * Math.PI / 3 * size[0] * size[1] * size[2],
        "box" => 8 * size[0] * size[1] * size[2],
        _ => 0,
    };

    private double[] Moments(double mass)
    {
        double r = size[0];
        switch (Kind)
        {
            case "sphere":
                return [0.4 * mass * r * r, 0.4 * mass * r * r, 0.4 * mass * r * r];
            case "capsule":
                double height = 2 * size[1], ends = mass * 4 * r / ((4 * r) + (3 * height)), middle = mass - ends;
                double across = (middle * ((3 * r * r) + (height * height)) / 12) + (0.4 * ends * r * r)
                    + (ends * height * ((3 * r) + (2 * height)) / 8);
                return [across, across, (middle * r * r / 2) + (0.4 * ends * r * r)];
            case "cylinder":
                double side = mass * ((3 * r * r) + (4 * size[1] * size[1])) / 12;
                return [side, side, mass * r * r / 2];
            default:
                double share = Kind == "box" ? 3 : 5;
                double x = size[0] * size[0], y = size[1] * size[1], z = size[2] * size[2];
                return [mass * (y + z) / share, mass * (x + z) / share, mass * (x + y) / share];
        }
    }

    // number of sizes that the kind has; a shape between two points takes its length from them
    private double[] Sizes()
    {
        int needed = Kind switch { "sphere" => 1, "capsule" or "cylinder" => 2, "ellipsoid" or "box" => 3, _ => 0 };
        bool between = Element["fromto"] is not null;
        if (between && Kind is not ("capsule" or "cylinder" or "ellipsoid" or "box"))
            throw Element.Error($"a {Kind} has no fromto");
        double[] given = Element.Numbers("size", 0, 3) ?? [];
        if (needed == 0 || Fitted) return given;
        int own = between ? 1 : needed;
        if (given.Length < own || given.Take(own).Any(s => s <= 0))
            throw Element.Error($"size of a {Kind} must be {own} positive numbers{(between ? " besides fromto" : "")}");
        if (!between) return given;
        double half = Length(Element.Numbers("fromto", 6, 6)!) / 2;
        return needed == 2 ? [given[0], half] : [given[0], given[0], half];
    }

    private Placement PlaceInFrame(MjcfSettings settings) =>
        Element.Numbers("fromto", 6, 6) is { } ends ? Placement.Between(ends, Element) : settings.Place(Element);

    private static double Length(double[] ends) =>
        Math.Sqrt(Enumerable.Range(0, 3).Sum(i => Math.Pow(ends[i] - ends[3 + i], 2)));
}
