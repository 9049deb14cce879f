using MbMix.Differentiation;
using MbMix.Simulation;
using Numbers = System.Numerics;

namespace MbMix.Sim.Native;

/// <summary>
/// What an articulated robot looks like: the shapes of its links, its contact points and its muscles. The bodies of the
/// scene are the links.
/// </summary>
internal sealed class ArticulatedScene : LaneSceneView
{
    // turns a world whose y axis points up so that z does
    private static readonly Quaternion<Real> Upright = new(new(Math.Sqrt(0.5), 0, 0), Math.Sqrt(0.5));

    private readonly ArticulatedBody body;
    private readonly bool upIsY;

    /// <summary>Describes a robot.</summary>
    /// <param name="body">The robot.</param>
    /// <param name="upIsY">Whether y points up in its world, and not z.</param>
    public ArticulatedScene(ArticulatedBody body, bool upIsY)
        : base(Describe(body.Robot, upIsY), activates: body.Robot.Muscles.Length > 0)
    {
        (this.body, this.upIsY) = (body, upIsY);
    }

    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
    {
        var q = new Real[body.Positions];
        for (int i = 0; i < q.Length; i++) q[i] = state[i];
        var links = body.Kinematics<Real>(q);
        for (int i = 0; i < links.Length; i++)
        {
            var at = links[i].Position;
            var turn = Orientation.Of(links[i].Rotation);
            if (upIsY) (at, turn) = (new(at.X, -at.Z, at.Y), Upright * turn);
            turn = turn.Normalized();
            pose.Place(i, at.X, at.Y, at.Z);
            pose.Turn(i, turn.Vector.X, turn.Vector.Y, turn.Vector.Z, turn.W);
        }
        var robot = body.Robot;
        int point = 0;
        Vector3<Real> InWorld(int link, double[] local) =>
            links[link].Position + (links[link].Rotation * Vector3<Real>.From(local));
        foreach (var contact in robot.Contacts)
            pose.Touching[point++] = InWorld(contact.Link, contact.Point).Y.Value < contact.Radius;
        foreach (var contact in robot.PlanePoints)
            pose.Touching[point++] = InWorld(contact.Link, contact.Point).Z.Value < contact.Height + contact.Radius;
        // as in the suite, a muscle is half active at action 0
        for (int i = 0; i < pose.Activity.Length; i++)
            pose.Activity[i] = Math.Clamp((0.5 * lastAction[i]) + 0.5, 0, 1);
    }

    private static Scene Describe(RobotDescription robot, bool upIsY)
    {
        var points = new List<ScenePoint>();
        // a corner of a box has no size of its own
        float Mark(double radius) => radius > 0 ? (float)radius : 0.02f;
        foreach (var c in robot.Contacts) points.Add(new(c.Link, Vector(c.Point), Mark(c.Radius)));
        foreach (var c in robot.PlanePoints) points.Add(new(c.Link, Vector(c.Point), Mark(c.Radius)));
        var lines = new List<SceneLine>();
        foreach (var muscle in robot.Muscles)
        {
            lines.Add(new(muscle.Name, [.. Enumerable.Range(points.Count, muscle.Links.Length)]));
            points.AddRange(muscle.Links.Zip(muscle.Points, (link, at) => new ScenePoint(link, Vector(at))));
        }
        var shapes = robot.Shapes.Select(Shape);
        if (upIsY && robot.Contacts.Length > 0) shapes = shapes.Append(new(ShapeKind.Plane, default));
        return new Scene
        {
            Bodies = [.. robot.Links.Select(link => link.Name)],
            Shapes = [.. shapes],
            Points = points,
            Lines = lines,
            Follow = robot.Shapes.Where(s => s.Link >= 0 && robot.Links[s.Link].Mass > 0).Select(s => s.Link)
                .DefaultIfEmpty(robot.Links.Length - 1).First(),
        };
    }

    private static SceneShape Shape(LinkShape shape)
    {
        double[] size = [.. shape.Size, 0, 0], q = shape.Rotation;
        var turn = shape.Axis is { } axis
            ? SceneShape.FromZ(Numbers.Vector3.Normalize(Vector(axis)))
            : Numbers.Quaternion.Normalize(new((float)q[0], (float)q[1], (float)q[2], (float)q[3]));
        return new(shape.Kind, Vector(size))
        {
            Body = shape.Link,
            Position = Vector(shape.Center),
            Rotation = turn,
            Color = shape.Color is { } c ? new((float)c[0], (float)c[1], (float)c[2], (float)c[3]) : null,
        };
    }

    private static Numbers.Vector3 Vector(double[] v) => new((float)v[0], (float)v[1], (float)v[2]);
}
