using System.Numerics;

namespace MbMix.Hosting;

/// <summary>Checks how an environment describes what it looks like.</summary>
internal static class SceneChecks
{
    // what a browser can show
    private const int MostParts = 100_000, MostVertices = 5_000_000;

    /// <summary>Requires a sound scene.</summary>
    /// <exception cref="MbMixException">It is not sound.</exception>
    public static void Require(Boundary boundary, Scene scene)
    {
        List(boundary, "Bodies", scene.Bodies);
        List(boundary, "Shapes", scene.Shapes);
        List(boundary, "Points", scene.Points);
        List(boundary, "Lines", scene.Lines);
        List(boundary, "Surfaces", scene.Surfaces);
        int bodies = scene.Bodies.Count, points = scene.Points.Count;
        Index(boundary, "Follow of Scene", scene.Follow, -1, bodies);
        for (int i = 0; i < scene.Shapes.Count; i++) Shape(boundary, $"shape {i} of Scene", scene.Shapes[i], bodies);
        for (int i = 0; i < points; i++)
        {
            var point = scene.Points[i];
            if (point.Body is { } body) Index(boundary, $"Body of point {i} of Scene", body, -1, bodies);
            if (!Finite(point.Position)) throw NotFinite(boundary, $"Position of point {i} of Scene");
            if (!float.IsFinite(point.Radius) || point.Radius < 0)
                throw boundary.Wrong(
                    $"Radius of point {i} of Scene", TensorChecks.Text(point.Radius), "meters, 0 or more");
        }
        for (int i = 0; i < scene.Lines.Count; i++)
        {
            var line = scene.Lines[i];
            if (line.Points is null || line.Points.Count < 2)
                throw boundary.Wrong($"line {i} of Scene", $"{line.Points?.Count ?? 0} points", "2 or more");
            foreach (int point in line.Points) Index(boundary, $"a point of line {i} of Scene", point, 0, points);
            if (!float.IsFinite(line.Width) || line.Width <= 0)
                throw boundary.Wrong($"Width of line {i} of Scene", TensorChecks.Text(line.Width), "meters above 0");
            Color(boundary, $"line {i} of Scene", line.Color);
        }
        for (int i = 0; i < scene.Surfaces.Count; i++)
        {
            Triangles(boundary, $"surface {i} of Scene", scene.Surfaces[i].Triangles, points);
            Color(boundary, $"surface {i} of Scene", scene.Surfaces[i].Color);
        }
    }

    private static void Shape(Boundary boundary, string what, SceneShape shape, int bodies)
    {
        if (!Enum.IsDefined(shape.Kind)) throw boundary.Wrong($"Kind of {what}", $"{(int)shape.Kind}", "a ShapeKind");
        Index(boundary, $"Body of {what}", shape.Body, -1, bodies);
        if (!Finite(shape.Position)) throw NotFinite(boundary, $"Position of {what}");
        if (Math.Abs(shape.Rotation.Length() - 1) > 1e-3)
            throw boundary.Wrong(
                $"Rotation of {what}", $"a quaternion of length {TensorChecks.Text(shape.Rotation.Length())}",
                "a unit quaternion (x, y, z, w)");
        Color(boundary, what, shape.Color);
        if (shape.Kind == ShapeKind.Mesh)
        {
            if (shape.Vertices is null || shape.Vertices.Count is 0 or > MostVertices)
                throw boundary.Wrong(
                    $"Vertices of {what}", $"{shape.Vertices?.Count ?? 0} vertices", $"1 to {MostVertices}");
            if (!shape.Vertices.All(Finite)) throw NotFinite(boundary, $"Vertices of {what}");
            Triangles(boundary, what, shape.Triangles, shape.Vertices.Count);
            return;
        }
        var size = shape.Size;
        float smallest = shape.Kind switch
        {
            ShapeKind.Sphere => size.X,
            ShapeKind.Cylinder => Math.Min(size.X, size.Y),
            // a capsule may have no length, and a plane no end
            ShapeKind.Capsule => size.Y >= 0 ? size.X : -1,
            ShapeKind.Plane => Math.Min(size.X, size.Y) >= 0 ? 1 : -1,
            _ => Math.Min(size.X, Math.Min(size.Y, size.Z)),
        };
        if (!Finite(size) || !(smallest > 0))
            throw boundary.Wrong(
                $"Size of {what}, a {shape.Kind.ToString().ToLowerInvariant()}",
                FormattableString.Invariant($"{size.X:G4}, {size.Y:G4}, {size.Z:G4}"), "positive meters");
    }

    private static void List<T>(Boundary boundary, string name, IReadOnlyList<T>? list)
        where T : class
    {
        if (list is null) throw boundary.Wrong($"{name} of Scene", "null", "a list, empty if there is none");
        if (list.Count > MostParts)
            throw boundary.Wrong($"{name} of Scene", $"{list.Count} entries", $"at most {MostParts}");
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is null) throw boundary.Wrong($"entry {i} of {name} of Scene", "null", "a value");
        }
    }

    private static void Triangles(Boundary boundary, string what, IReadOnlyList<int>? corners, int count)
    {
        if (corners is null || corners.Count == 0 || corners.Count % 3 != 0 || corners.Count > MostVertices)
            throw boundary.Wrong(
                $"Triangles of {what}", $"{corners?.Count ?? 0} corners", "three for each triangle, 1 or more of them");
        foreach (int corner in corners) Index(boundary, $"a corner of {what}", corner, 0, count);
    }

    private static void Index(Boundary boundary, string what, int value, int lowest, int count)
    {
        if (value >= lowest && value < count) return;
        throw boundary.Wrong(what, $"{value}", $"{lowest} to {count - 1}");
    }

    private static void Color(Boundary boundary, string what, Vector4? color)
    {
        if (color is not { } c) return;
        if (float.IsFinite(c.X + c.Y + c.Z + c.W) && Vector4.Clamp(c, Vector4.Zero, Vector4.One) == c) return;
        throw boundary.Wrong(
            $"Color of {what}", FormattableString.Invariant($"{c.X:G4}, {c.Y:G4}, {c.Z:G4}, {c.W:G4}"),
            "red, green, blue and opacity, each 0 to 1");
    }

    private static bool Finite(Vector3 v) => float.IsFinite(v.X) && float.IsFinite(v.Y) && float.IsFinite(v.Z);

    private static MbMixException NotFinite(Boundary boundary, string what) =>
        boundary.Wrong(what, "a number that is not finite", "meters");
}
