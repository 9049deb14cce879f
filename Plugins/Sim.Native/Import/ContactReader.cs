namespace MbMix.Sim.Native;

/// <summary>Reads which shapes touch which planes, and notes the contacts that are not simulated.</summary>
internal sealed class ContactReader(TreeReader tree, MjcfSettings settings, ImportReport report)
{
    private readonly HashSet<(int, int)> excluded = [];

    /// <summary>Reads the contacts; they have no material yet but friction.</summary>
    public PlanePoint[] Read(MjcfElement model)
    {
        foreach (var element in model.All("contact").SelectMany(section => section.Children))
        {
            if (element.Name == "exclude") excluded.Add((Body(element, "body1"), Body(element, "body2")));
            else report.Warn(element, "contact pair");
        }
        if (settings.Disabled("contact") || settings.Disabled("constraint")) return [];

        var planes = tree.Geoms.Where(g => g.Kind == "plane").ToList();
        var moving = tree.Geoms.Where(g => g.Kind != "plane" && Link(g) >= 0).ToList();
        var points = new List<PlanePoint>();
        foreach (var plane in planes)
        {
            bool level = plane.Place.Turn(new(0, 0, 1)).Z.Value > 1 - 1e-9;
            var touching = moving.Where(g => g.Meets(plane) && !Excluded(g, plane)).ToList();
            if (!level && touching.Count > 0)
            {
                report.Refuse(plane.Element, "tilted plane");
                continue;
            }
            foreach (var geom in touching)
            {
                if (geom.Touches) points.AddRange(Points(geom, plane));
                else report.Warn(geom.Element, $"ground contact of a {(geom.Fitted ? "mesh" : geom.Kind)}");
            }
        }
        WarnOfPairs(moving);
        return [.. points];
    }

    private IEnumerable<PlanePoint> Points(Geom geom, Geom plane)
    {
        var (_, _, link, place) = tree.Bodies[geom.Body];
        var (centers, radius) = geom.Spheres();
        var rules = geom.Priority == plane.Priority ? null : geom.Priority > plane.Priority ? geom : plane;
        double friction = rules?.Friction ?? Math.Max(geom.Friction, plane.Friction);
        int dimensions = rules?.Dimensions ?? Math.Max(geom.Dimensions, plane.Dimensions);
        var (_, _, _, ground) = tree.Bodies[plane.Body];
        double height = ground.Apply(plane.Place.Position).Z;
        var material = new PlaneMaterial(0, 0, 0, dimensions == 1 ? 0 : friction);
        return centers.Select(
            c => new PlanePoint(link, Placement.Components(place.Apply(c)), radius, height, material));
    }

    // shapes of one link, and of a link and the next one above, do not collide
    private void WarnOfPairs(List<Geom> moving)
    {
        var others = tree.Geoms.Where(g => g.Kind != "plane" && Link(g) < 0);
        var fixedOnes = others.Where(g => g.ContactType != 0 || g.ContactAffinity != 0).ToList();
        var able = moving.Where(g => g.ContactType != 0 || g.ContactAffinity != 0).ToList();
        // of a robot with many shapes, the first thousand say enough
        if (able.Count > 1000) able.RemoveRange(1000, able.Count - 1000);
        for (int i = 0; i < able.Count; i++)
        {
            var met = able.Skip(i + 1).Where(g => Link(g) != Link(able[i]) && !Adjacent(g, able[i])).Concat(fixedOnes)
                .FirstOrDefault(g => g.Meets(able[i]) && !Excluded(g, able[i]));
            if (met is null) continue;
            bool still = Link(met) < 0;
            report.Warn(able[i].Element, still ? "contact with shapes of the world" : "contact between bodies");
        }
    }

    private int Link(Geom geom) => tree.Bodies[geom.Body].Link;

    private bool Adjacent(Geom a, Geom b) =>
        tree.ParentLinks[Link(a)] == Link(b) || tree.ParentLinks[Link(b)] == Link(a);

    private bool Excluded(Geom a, Geom b) => excluded.Contains((a.Body, b.Body)) || excluded.Contains((b.Body, a.Body));

    private int Body(MjcfElement element, string attribute)
    {
        string name = element[attribute] ?? throw element.Error($"it has no {attribute}");
        int index = tree.Bodies.FindIndex(b => b.Name == name);
        return index >= 0 ? index : throw element.Error($"there is no body '{MjcfElement.Short(name)}'");
    }
}
