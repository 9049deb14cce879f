namespace MbMix.Simulation.MuJoCo;

/// <summary>
/// What a MuJoCo model looks like: its shapes, its spatial tendons, and the contacts that MuJoCo finds. Height fields
/// and signed distance fields are not shown.
/// </summary>
internal sealed class MuJoCoScene : LaneSceneView, IDisposable
{
    // of more contacts at a time, the first ones are shown
    private const int MostContacts = 24;

    private readonly MjModel model;
    private readonly StateLayout layout;
    private readonly IMuJoCoTask task;
    private readonly SceneTendon[] tendons;
    private readonly bool upIsY;
    private readonly MjData data;

    /// <summary>Describes a model.</summary>
    public MuJoCoScene(MjModel model, StateLayout layout, IMuJoCoTask task)
        : this(model, layout, task, SceneTendons.Of(model))
    {
    }

    private MuJoCoScene(MjModel model, StateLayout layout, IMuJoCoTask task, SceneTendon[] tendons)
        : base(Describe(model, tendons), activates: Array.Exists(tendons, t => t.Actuator >= 0))
    {
        (this.model, this.layout, this.task, this.tendons) = (model, layout, task, tendons);
        upIsY = UpIsY(model);
        data = new MjData(model);
    }

    /// <summary>Releases the simulation.</summary>
    public void Dispose() => data.Dispose();

    /// <inheritdoc/>
    protected override void Pose(ReadOnlySpan<double> state, ReadOnlySpan<double> lastAction, LanePose pose)
    {
        layout.Qpos(state).CopyTo(data.Qpos);
        model.NormalizeQuaternions(data.Qpos);
        layout.Qvel(state).CopyTo(data.Qvel);
        state.Slice(layout.ActivationsAt, layout.Activations).CopyTo(data.Act);
        state.Slice(layout.MocapPosAt, 3 * layout.Mocaps).CopyTo(data.MocapPos);
        state.Slice(layout.MocapQuatAt, 4 * layout.Mocaps).CopyTo(data.MocapQuat);
        data.Ctrl.Clear();
        task.Controls(lastAction, data.Ctrl);
        data.QaccWarmstart.Clear();
        data.Forward();
        Span<double> x = data.XPos, q = data.XQuat;
        for (int body = 1; body < model.NBody; body++)
        {
            Put(pose.Bodies[(7 * (body - 1))..], x.Slice(3 * body, 3));
            Turn(pose, body - 1, q.Slice(4 * body, 4));
        }
        int contacts = Math.Min(MostContacts, data.ContactCount);
        for (int i = 0; i < contacts; i++)
        {
            Put(pose.Points[(3 * i)..], data.Contact(i).Position);
            pose.Touching[i] = true;
        }
        Stretch(pose);
    }

    // the path of a tendon is as long as its wrapping has it; what is left of its points lies at its end
    private void Stretch(LanePose pose)
    {
        if (tendons.Length == 0) return;
        ReadOnlySpan<int> first = data.Integers("ten_wrapadr"), count = data.Integers("ten_wrapnum");
        var path = data.Array("wrap_xpos");
        int at = 3 * MostContacts;
        for (int i = 0; i < tendons.Length; i++)
        {
            int tendon = tendons[i].Index, points = count[tendon];
            for (int k = 0; k < tendons[i].Points; k++, at += 3)
            {
                if (points > 0) Put(pose.Points[at..], path.Slice(3 * (first[tendon] + Math.Min(k, points - 1)), 3));
            }
            if (tendons[i].Actuator >= 0) pose.Activity[i] = Activity(tendons[i].Actuator);
        }
    }

    private double Activity(int actuator)
    {
        int at = SceneTendons.ActivationOf(model, actuator);
        double value = at >= 0 ? data.Act[at] : Math.Abs(data.Ctrl[actuator]);
        return Math.Clamp(value, 0, 1);
    }

    private void Put(Span<double> to, ReadOnlySpan<double> from) =>
        (to[0], to[1], to[2]) = upIsY ? (from[0], -from[2], from[1]) : (from[0], from[1], from[2]);

    // MuJoCo's quaternions are (w, x, y, z)
    private void Turn(LanePose pose, int body, ReadOnlySpan<double> q)
    {
        double w = q[0], x = q[1], y = q[2], z = q[3];
        if (upIsY)
        {
            double s = Math.Sqrt(0.5);
            (w, x, y, z) = (s * (w - x), s * (w + x), s * (y - z), s * (y + z));
        }
        pose.Turn(body, x, y, z, w);
    }

    private static bool UpIsY(MjModel model) => model.Gravity[1] < -Math.Abs(model.Gravity[2]);

    private static Scene Describe(MjModel model, SceneTendon[] tendons)
    {
        var shapes = SceneGeoms.Of(model, UpIsY(model));
        float mark = 0.02f;
        foreach (var shape in shapes.Where(s => s.Kind is ShapeKind.Sphere or ShapeKind.Capsule && s.Body >= 0))
            mark = Math.Max(mark, Math.Min(0.06f, shape.Size.X));
        var points = Enumerable.Repeat(new ScenePoint(null, Radius: mark), MostContacts).ToList();
        var lines = new List<SceneLine>();
        foreach (var tendon in tendons)
        {
            lines.Add(new(tendon.Name, [.. Enumerable.Range(points.Count, tendon.Points)]) { Width = tendon.Width });
            points.AddRange(Enumerable.Repeat(new ScenePoint(null), tendon.Points));
        }
        return new Scene
        {
            Bodies =
            [
                .. Enumerable.Range(1, model.NBody - 1)
                    .Select(body => model.Name(MjObject.Body, body) ?? $"body {body}"),
            ],
            Shapes = shapes,
            Points = points,
            Lines = lines,
            Follow = Moving(model),
        };
    }

    // the first body that moves
    private static int Moving(MjModel model) => model.NJoint > 0 ? model.JointBody[0] - 1 : -1;
}
