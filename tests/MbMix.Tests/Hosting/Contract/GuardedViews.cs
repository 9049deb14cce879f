using System.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Contract;

/// <summary>A wrong description of what an environment looks like is one line that names the plugin.</summary>
public sealed class GuardedViews
{
    private static readonly Scene Sound = new()
    {
        Bodies = ["one", "two"],
        Shapes = [new(ShapeKind.Sphere, new(1, 0, 0)) { Body = 1 }, new(ShapeKind.Capsule, new(0.1f, 0, 0))],
        Points = [new(0, Vector3.Zero, 0.1f), new(null)],
        Lines = [new("rope", [0, 1])],
        Surfaces = [new([0, 1, 1])],
        Follow = 1,
    };

    public static TheoryData<string, string> Scenes => new()
    {
        { "null", "Scene of View: null came; expected a scene." },
        { "list", "Lines of Scene: null came; expected a list, empty if there is none." },
        { "body", "Body of shape 0 of Scene: 2 came; expected -1 to 1." },
        { "size", "Size of shape 0 of Scene, a box: 1, 0, 0 came; expected positive meters." },
        {
            "turn",
            "Rotation of shape 0 of Scene: a quaternion of length 2 came; expected a unit quaternion (x, y, z, w)."
        },
        {
            "color",
            "Color of shape 0 of Scene: 255, 0, 0, 1 came; expected red, green, blue and opacity, each 0 to 1."
        },
        { "nan", "Position of point 0 of Scene: a number that is not finite came; expected meters." },
        { "line", "line 0 of Scene: 1 points came; expected 2 or more." },
        { "line end", "a point of line 0 of Scene: 7 came; expected 0 to 1." },
        {
            "corners",
            "Triangles of surface 0 of Scene: 4 corners came; expected three for each triangle, 1 or more of them."
        },
        { "mesh", "Vertices of shape 0 of Scene: 0 vertices came; expected 1 to 5000000." },
        { "follow", "Follow of Scene: 5 came; expected -1 to 1." },
        { "throws", "Scene of View: no picture" },
    };

    public static TheoryData<string, string> Frames => new()
    {
        { "bodies", "bodies of Pose: float64 [3, 1, 7] came; expected float64 [3, 2, 7]." },
        { "type", "bodies of Pose: float32 [3, 2, 7] came; expected float64 [3, 2, 7]." },
        { "points", "points of Pose: float64 [3, 2, 3] came; expected float64 [3, 1, 3]." },
        { "touching", "touching of Pose: bool [3, 1] came; expected bool [3, 2]." },
        { "activity", "activity of Pose: float64 [3, 2] came; expected float64 [3, 1]." },
        { "nan", "result of Pose: a number that is not finite came; expected finite poses of a finite state." },
        {
            "length",
            "orientation of 'one' of Pose: a quaternion of length 0.5 came; expected a unit quaternion (x, y, z, w)."
        },
    };

    [Theory]
    [MemberData(nameof(Scenes))]
    public void A_wrong_scene_is_named(string mistake, string line)
    {
        var scene = mistake switch
        {
            "list" => Sound with { Lines = null! },
            "body" => Sound with { Shapes = [new(ShapeKind.Sphere, Vector3.One) { Body = 2 }] },
            "size" => Sound with { Shapes = [new(ShapeKind.Box, Vector3.UnitX)] },
            "turn" => Sound with { Shapes = [new(ShapeKind.Box, Vector3.One) { Rotation = new(0, 0, 0, 2) }] },
            "color" => Sound with { Shapes = [new(ShapeKind.Box, Vector3.One) { Color = new(255, 0, 0, 1) }] },
            "nan" => Sound with { Points = [new(0, new(float.NaN, 0, 0)), new(null)] },
            "line" => Sound with { Lines = [new("rope", [0])] },
            "line end" => Sound with { Lines = [new("rope", [0, 7])] },
            "corners" => Sound with { Surfaces = [new([0, 1, 1, 0])] },
            "mesh" => Sound with { Shapes = [new(ShapeKind.Mesh, default)] },
            "follow" => Sound with { Follow = 5 },
            _ => Sound,
        };
        using var env = Make(new View(
            () => mistake switch
            {
                "null" => null!,
                "throws" => throw new MbMixException("no picture"),
                _ => scene,
            },
            Frame));
        AssertLine(line, () => _ = env.View);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_wrong_frame_is_named(string mistake, string line)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make(new View(() => Sound, lanes =>
        {
            var frame = Frame(lanes);
            var number = torch.ScalarType.Float64;
            switch (mistake)
            {
                case "bodies": return frame with { Bodies = torch.zeros([lanes, 1, 7], number) };
                case "type": return frame with { Bodies = frame.Bodies.to(torch.ScalarType.Float32) };
                case "points": return frame with { Points = torch.zeros([lanes, 2, 3], number) };
                case "touching": return frame with { Touching = torch.zeros([lanes, 1], torch.ScalarType.Bool) };
                case "activity": return frame with { Activity = torch.zeros([lanes, 2], number) };
                case "nan": frame.Points[1, 0, 2] = double.NaN; return frame;
                default: frame.Bodies[1, 0, 6] = 0.5; return frame;
            }
        }));
        AssertLine(line, () => Pose(env));
    }

    [Fact]
    public void A_sound_view_passes_and_none_stays_none()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Make(new View(() => Sound, Frame));
        Assert.Same(Sound, env.View!.Scene);
        Assert.Same(env.View, env.View);
        Assert.Equal([3L, 2, 7], Pose(env).Bodies.shape);
        using var blind = Make(null);
        Assert.Null(blind.View);
        var e = Assert.Throws<MbMixException>(() => MbMix.Pages.ReplayRecorder.OfRandomActions(blind, new()));
        Assert.Equal(
            "test/seen-v1 does not say what it looks like: its author can add a View (docs/viewing.md).", e.Message);
    }

    private static void AssertLine(string line, Action act)
    {
        var e = Assert.Throws<MbMixException>(act);
        Assert.Equal(
            $"plugin MbMix.Tests (test/seen-v1): {line}", e.Message.TrimEnd('.') + (line.EndsWith('.') ? "." : ""));
    }

    private static SceneFrame Pose(IDifferentiableEnv env)
    {
        using var last = torch.zeros([3, env.Spec.Action.Size], env.Spec.StateType);
        return env.View!.Pose(env.Reset([new(1, 0, 0), new(1, 1, 0), new(1, 2, 0)]), last);
    }

    private static SceneFrame Frame(long lanes)
    {
        var bodies = torch.zeros([lanes, 2, 7], torch.ScalarType.Float64);
        bodies.select(2, 6).fill_(1);
        return new(bodies, torch.zeros([lanes, 1, 3], torch.ScalarType.Float64));
    }

    private static IDifferentiableEnv Make(ISceneView? view) =>
        HostRuns.Sessions(new HostStubPlugin(registry => registry.AddEnvironment<NoOptions>(
            "test/seen-v1", "", (_, _) => new Seen(view))))
            .CreateEnvironment("test/seen-v1", [], new LearningWorkers());

    private sealed class View(Func<Scene> scene, Func<long, SceneFrame> frame) : ISceneView
    {
        public Scene Scene => scene();

        public SceneFrame Pose(Tensor state, Tensor lastAction) => frame(state.size(0));
    }

    private sealed class Seen(ISceneView? view) : IDifferentiableEnv
    {
        private readonly IPredictiveEnv inner = StubEnvs.Make("stub/point-mass-v1");

        public EnvSpec Spec => inner.Spec with { Id = "test/seen-v1" };

        public IStateChart Chart => inner.Chart;

        public ISceneView? View => view;

        public Tensor Reset(ReadOnlySpan<LaneKey> lanes) => inner.Reset(lanes);

        public Tensor Observe(Tensor state, Tensor lastAction) => inner.Observe(state, lastAction);

        public EnvStep Step(Tensor state, Tensor action) => inner.Step(state, action);

        public void Dispose() => inner.Dispose();
    }
}
