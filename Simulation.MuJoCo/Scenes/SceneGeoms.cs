using System.Numerics;

namespace MbMix.Simulation.MuJoCo;

/// <summary>The shapes of a MuJoCo model.</summary>
internal static class SceneGeoms
{
    // the numbers of mjtGeom, which are the same in all versions
    private const int Plane = 0, Mesh = 7;

    private static readonly Dictionary<int, ShapeKind> Kinds = new()
    {
        [Plane] = ShapeKind.Plane,
        [2] = ShapeKind.Sphere,
        [3] = ShapeKind.Capsule,
        [4] = ShapeKind.Ellipsoid,
        [5] = ShapeKind.Cylinder,
        [6] = ShapeKind.Box,
        [Mesh] = ShapeKind.Mesh,
    };

    private static readonly Vector4 NoColor = new(0.5f, 0.5f, 0.5f, 1);

    /// <summary>The shapes that are visible. Those of the world are turned if its y axis points up.</summary>
    public static List<SceneShape> Of(MjModel model, bool upIsY)
    {
        var group = model.Integers("geom_group");
        // shapes of higher groups are for contact alone, as a rule, and are hidden unless there is nothing else
        bool[] low = [.. Enumerable.Range(0, model.NGeom).Select(g => model.Integers("geom_group")[g] < 3)];
        bool any = Enumerable.Range(0, model.NGeom).Any(g => low[g] && model.GeomBody[g] > 0);
        var shapes = new List<SceneShape>();
        for (int geom = 0; geom < model.NGeom; geom++)
        {
            if (any && group[geom] >= 3) continue;
            if (!Kinds.TryGetValue(model.GeomType[geom], out var kind)) continue;
            var color = ColorOf(model, geom);
            if (color.W == 0) continue;
            shapes.Add(Shape(model, geom, kind, color, upIsY));
        }
        return shapes;
    }

    private static SceneShape Shape(MjModel model, int geom, ShapeKind kind, Vector4 color, bool upIsY)
    {
        var size = model.GeomSize.Slice(3 * geom, 3);
        var at = Vector(model.Array("geom_pos").Slice(3 * geom, 3));
        var q = model.Array("geom_quat").Slice(4 * geom, 4);
        var turn = Quaternion.Normalize(new((float)q[1], (float)q[2], (float)q[3], (float)q[0]));
        int body = model.GeomBody[geom] - 1;
        if (body < 0 && upIsY)
        {
            at = new(at.X, -at.Z, at.Y);
            turn = Quaternion.CreateFromAxisAngle(Vector3.UnitX, MathF.PI / 2) * turn;
        }
        var shape = new SceneShape(kind, kind switch
        {
            ShapeKind.Mesh => default,
            // the third number of a plane is how fine its grid is drawn
            ShapeKind.Plane => new((float)size[0], (float)size[1], 0),
            _ => Vector(size),
        })
        {
            Body = body,
            Position = at,
            Rotation = turn,
            Color = color == NoColor ? null : color,
        };
        return kind == ShapeKind.Mesh ? WithMesh(model, model.Integers("geom_dataid")[geom], shape) : shape;
    }

    private static SceneShape WithMesh(MjModel model, int mesh, SceneShape shape)
    {
        int first = model.Integers("mesh_vertadr")[mesh], count = model.Integers("mesh_vertnum")[mesh];
        int face = model.Integers("mesh_faceadr")[mesh], faces = model.Integers("mesh_facenum")[mesh];
        var numbers = model.Floats("mesh_vert").Slice(3 * first, 3 * count);
        var vertices = new Vector3[count];
        for (int i = 0; i < count; i++) vertices[i] = new(numbers[3 * i], numbers[(3 * i) + 1], numbers[(3 * i) + 2]);
        return shape with
        {
            Vertices = vertices,
            Triangles = model.Integers("mesh_face").Slice(3 * face, 3 * faces).ToArray(),
        };
    }

    // a material's color holds unless the shape has one of its own
    private static Vector4 ColorOf(MjModel model, int geom)
    {
        var own = Color(model.Floats("geom_rgba"), geom);
        int material = model.Integers("geom_matid")[geom];
        var color = material >= 0 && own == NoColor ? Color(model.Floats("mat_rgba"), material) : own;
        return Vector4.Clamp(color, Vector4.Zero, Vector4.One);
    }

    private static Vector4 Color(ReadOnlySpan<float> all, int index)
    {
        var c = all.Slice(4 * index, 4);
        return new(c[0], c[1], c[2], c[3]);
    }

    private static Vector3 Vector(ReadOnlySpan<double> v) => new((float)v[0], (float)v[1], (float)v[2]);
}
