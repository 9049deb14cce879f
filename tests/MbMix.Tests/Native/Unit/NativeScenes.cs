using System.Numerics;
using MbMix.Numerics;
using MbMix.Sim.Native;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit.Native;

/// <summary>What the native environments look like.</summary>
public sealed class NativeScenes
{
    private const string Robot = """
        <mujoco>
          <worldbody>
            <geom type="plane" size="5 5 1"/>
            <body name="trunk" pos="0 0 1">
              <freejoint/>
              <geom type="capsule" fromto="-0.2 0 0 0.3 0.1 0.2" size="0.1" rgba="0.1 0.5 0.9 1"/>
              <body name="arm" pos="0.3 0 0.1" euler="20 30 40">
                <joint name="elbow" type="hinge" axis="0 1 1" pos="0.05 0 0"/>
                <geom type="box" size="0.1 0.05 0.02" pos="0.1 0 0" euler="0 0 30"/>
                <geom type="ellipsoid" size="0.1 0.05 0.02" pos="0.2 0.1 0"/>
                <geom type="cylinder" size="0.05 0.1" pos="0.3 0 0.1" contype="0" conaffinity="0"/>
              </body>
            </body>
          </worldbody>
          <actuator><motor joint="elbow" ctrllimited="true" ctrlrange="-1 1"/></actuator>
        </mujoco>
        """;

    public static TheoryData<string> Names => [.. Tasks.All];

    public static TheoryData<string> InBoth => ["hopper", "cheetah", "ant", "humanoid"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Orientations_are_unit_quaternions_and_muscles_are_as_active_as_they_are(string task)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Replays.Native(task, randomStart: true);
        var states = MuJoCoEnvs.Start(env, 4);
        ScenePlaces.AssertUnitQuaternions(env, states);
        var scene = env.View!.Scene;
        Assert.NotEmpty(scene.Shapes);
        Assert.InRange(scene.Follow, 0, scene.Bodies.Count - 1);
        var frame = env.View.Pose(states, torch.full([4, env.Spec.Action.Size], 0.5, torch.ScalarType.Float64));
        if (task != "snu-humanoid")
        {
            Assert.Empty(scene.Lines);
            Assert.Null(frame.Activity);
            return;
        }
        Assert.Equal(152, scene.Lines.Count);
        Assert.All(frame.Activity!.Values<double>().ToArray(), a => Assert.Equal(0.75, a, 1e-12));
    }

    /// <summary>The same robots are described a second time for MuJoCo, whose library places them.</summary>
    [Theory]
    [MemberData(nameof(InBoth))]
    public void Shapes_are_where_MuJoCo_has_them(string task)
    {
        using var scope = torch.NewDisposeScope();
        using IDifferentiableEnv native = Replays.Native(task, randomStart: true);
        using var mujoco = MuJoCoEnvs.Make($"mujoco/diffrl-{task}-v1");
        var state = MuJoCoEnvs.Start(native, 1);
        var mine = ScenePlaces.Of(native, state);
        var theirs = ScenePlaces.Of(mujoco, Convert(native, mujoco, state));
        Assert.NotEmpty(mine);
        foreach (var (shape, center, axis) in mine)
        {
            Assert.Contains(
                theirs,
                other => other.Shape.Kind == shape.Kind
                    && Vector3.Distance(other.Shape.Size, shape.Size) < 2e-4
                    && Vector3.Distance(other.Center, center) < 2e-4
                    && (shape.Kind == ShapeKind.Sphere || Math.Abs(Vector3.Dot(other.Axis, axis)) > 0.9999));
        }
    }

    [Fact]
    public void Contact_points_touch_when_they_reach_the_ground()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Replays.Native("hopper");
        var state = torch.zeros([3, env.Spec.State.Size], torch.ScalarType.Float64);
        // by the height of the root: above the ground, a centimeter into it, and lying on it
        state[1, 1] = -0.01;
        state[2, 1] = -1.23;
        state[2, 2] = Math.PI / 2;
        var frame = env.View!.Pose(state, torch.zeros([3, 3], torch.ScalarType.Float64));
        bool[] touching = [.. frame.Touching!.Values<bool>()];
        int points = env.View.Scene.Points.Count;
        int Count(int lane) => touching.AsSpan(lane * points, points).ToArray().Count(t => t);
        // the foot of a hopper that stands at height 0 has its axis 0.1 m above the ground and a radius of 0.06 m
        Assert.Equal(0, Count(0));
        Assert.Equal(0, Count(1));
        // all but the end of the foot that points up
        Assert.Equal(points - 1, Count(2));
        state[1, 1] = -0.05;
        touching = [.. env.View.Pose(state, torch.zeros([3, 3], torch.ScalarType.Float64)).Touching!.Values<bool>()];
        Assert.Equal(2, Count(1));
    }

    [Fact]
    public void An_imported_robot_shows_its_shapes_with_their_colors()
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new HostFolder();
        File.WriteAllText(folder["robot.xml"], Robot);
        using var native = ImportedEnvs.Make(Robot);
        using var mujoco = Robots.Make(folder["robot.xml"]);
        var state = MuJoCoEnvs.Start(native, 1);
        ScenePlaces.AssertUnitQuaternions(native, state);
        var mine = ScenePlaces.Of(native, state);
        var theirs = ScenePlaces.Of(mujoco, Convert(native, mujoco, state.to(torch.ScalarType.Float64)));
        Assert.Equal([.. theirs.Select(t => t.Shape.Kind)], mine.Select(m => m.Shape.Kind));
        foreach (var (own, other) in mine.Zip(theirs))
        {
            Assert.Equal(0, Vector3.Distance(other.Center, own.Center), 1e-4f);
            Assert.Equal(1, Math.Abs(Vector3.Dot(other.Axis, own.Axis)), 1e-4f);
            Assert.Equal(other.Shape.Color, own.Shape.Color);
        }
    }

    [Fact]
    public void A_pendulum_stands_at_angle_0()
    {
        var view = new Pendulum().View;
        using var state = torch.tensor(new[] { 0.0, 0, Math.PI / 2, 0 }, [2, 2]);
        using var none = torch.zeros([2, 1]);
        using var frame = view.Pose(state, none);
        double[] q = [.. frame.Bodies.Values<double>()];
        Assert.Equal([0, 0, 0, 1], q[3..7]);
        Assert.Equal(Math.Sqrt(0.5), q[11], 1e-12);
    }

    private static Tensor Convert(IDifferentiableEnv from, IDifferentiableEnv to, Tensor state)
    {
        if (from.Chart is not IStateExchange && to.Chart is not IStateExchange) return state;
        // a chart without a shared form has the components of the state as its own
        var (source, target) = (from.Chart as IStateExchange, to.Chart as IStateExchange);
        var shared = source?.ToExchange(state) ?? state;
        var names = (source?.Exchange ?? from.Spec.State).Dimensions.Select(d => d.Name).ToList();
        long[] order = [.. (target?.Exchange ?? to.Spec.State).Dimensions.Select(d => (long)names.IndexOf(d.Name))];
        Assert.DoesNotContain(-1, order);
        var ordered = shared.index_select(1, torch.tensor(order));
        return target?.FromExchange(ordered) ?? ordered;
    }
}
