using MbMix.Differentiation;

namespace MbMix.Sim.Native;

/// <summary>Merges links that cannot move into their parents, so that nothing is computed for them.</summary>
internal static class Welding
{
    /// <summary>A robot without fixed links, with the same masses, contact points and motions.</summary>
    /// <param name="robot">A robot whose first link is not fixed and that has no muscles.</param>
    public static RobotDescription Welded(this RobotDescription robot)
    {
        if (robot.Muscles.Length > 0 || robot.PlanePoints.Length > 0 || robot.Links[0].Joint == JointKind.Fixed)
            throw new MbMixException("A robot with muscles, plane points or a fixed first link cannot be welded.");
        int count = robot.Links.Length;
        var links = new List<LinkDescription>();
        var inertias = new List<SpatialInertia<Real>>();

        // for each link, the link that carries it now and its frame in that one's
        var carrier = new int[count];
        var rotation = new Matrix3<Real>[count];
        var origin = new Vector3<Real>[count];
        for (int i = 0; i < count; i++)
        {
            var link = robot.Links[i];
            bool rooted = link.Parent < 0;
            var turn = Matrix3<Real>.FromQuaternion(link.Rotation);
            var position = Vector3<Real>.From(link.Position);
            if (!rooted) position = origin[link.Parent] + (rotation[link.Parent] * position);
            if (link.Joint != JointKind.Fixed)
            {
                if (!rooted && robot.Links[link.Parent].Joint == JointKind.Fixed)
                    throw new MbMixException($"The link '{link.Name}' hangs on a fixed link; it cannot be welded.");
                carrier[i] = links.Count;
                (rotation[i], origin[i]) = (Matrix3<Real>.FromQuaternion([0, 0, 0, 1]), Vector3<Real>.Zero);
                links.Add(link with { Parent = rooted ? -1 : carrier[link.Parent] });
                inertias.Add(SpatialInertia<Real>.Zero);
            }
            else
            {
                carrier[i] = carrier[link.Parent];
                (rotation[i], origin[i]) = (rotation[link.Parent] * turn, position);
            }
            var center = origin[i] + (rotation[i] * Vector3<Real>.From(link.CenterOfMass));
            inertias[carrier[i]] += SpatialInertia<Real>.Of(link.Mass, link.Inertia, rotation[i], center);
        }
        for (int k = 0; k < links.Count; k++) links[k] = Carrying(links[k], inertias[k]);
        return robot with
        {
            Links = [.. links],
            Contacts = [.. robot.Contacts.Select(c => Moved(c, carrier[c.Link], rotation[c.Link], origin[c.Link]))],
            Shapes =
            [
                .. robot.Shapes.Select(
                    s => s.Link < 0 ? s : Moved(s, carrier[s.Link], rotation[s.Link], origin[s.Link])),
            ],
        };
    }

    private static LinkDescription Carrying(LinkDescription link, SpatialInertia<Real> inertia)
    {
        double mass = inertia.Mass.Value;
        if (mass == 0) return link;
        double[] c = [inertia.First.X.Value / mass, inertia.First.Y.Value / mass, inertia.First.Z.Value / mass];
        double xx = mass * c[0] * c[0], yy = mass * c[1] * c[1], zz = mass * c[2] * c[2];
        return link with
        {
            Mass = mass,
            CenterOfMass = c,
            Inertia =
            [
                inertia.Diagonal.X.Value - yy - zz,
                inertia.Diagonal.Y.Value - xx - zz,
                inertia.Diagonal.Z.Value - xx - yy,
                inertia.Products.X.Value + (mass * c[0] * c[1]),
                inertia.Products.Y.Value + (mass * c[0] * c[2]),
                inertia.Products.Z.Value + (mass * c[1] * c[2]),
            ],
        };
    }

    private static ContactPoint Moved(
        ContactPoint contact, int link, Matrix3<Real> rotation, Vector3<Real> origin) =>
        contact with { Link = link, Point = Values(origin + (rotation * Vector3<Real>.From(contact.Point))) };

    private static LinkShape Moved(LinkShape shape, int link, Matrix3<Real> rotation, Vector3<Real> origin)
    {
        var turned = Orientation.Of(rotation * Matrix3<Real>.FromQuaternion(shape.Rotation));
        return shape with
        {
            Link = link,
            Center = Values(origin + (rotation * Vector3<Real>.From(shape.Center))),
            Axis = shape.Axis is { } axis ? Values(rotation * Vector3<Real>.From(axis)) : null,
            Rotation = [.. Values(turned.Vector), turned.W.Value],
        };
    }

    private static double[] Values(Vector3<Real> v) => [v.X.Value, v.Y.Value, v.Z.Value];
}
