using System.Numerics;
using MbMix.Numerics;
using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>What MuJoCo models look like.</summary>
public sealed class MuJoCoScenes
{
    private const string Model = """
        <mujoco>
          <asset>
            <mesh name="wedge" vertex="0 0 0  0.2 0 0  0 0.3 0  0 0 0.4"/>
            <material name="red" rgba="0.9 0.1 0.2 1"/>
          </asset>
          <worldbody>
            <geom type="plane" size="0 0 1"/>
            <site name="high" pos="0 0 2"/>
            <body name="box" pos="0 0 0.1">
              <freejoint/>
              <geom type="box" size="0.1 0.1 0.1" material="red"/>
              <geom type="mesh" mesh="wedge" pos="0 0 0.3" rgba="0.2 0.4 0.6 0.5" contype="0" conaffinity="0"/>
              <geom type="sphere" size="1" group="3" contype="0" conaffinity="0"/>
              <site name="low" pos="0 0 0.1"/>
            </body>
          </worldbody>
          <tendon>
            <spatial name="rope" width="0.02"><site site="high"/><site site="low"/></spatial>
          </tendon>
          <actuator><motor tendon="rope" ctrllimited="true" ctrlrange="-1 1"/></actuator>
        </mujoco>
        """;

    public static TheoryData<string> All => [.. MuJoCoEnvs.All];

    [Theory]
    [InlineData("ant")]
    [InlineData("humanoid")]
    [InlineData("half-cheetah")]
    public void Shapes_are_where_the_library_has_them(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make($"mujoco/{name}-v5");
        using var model = MuJoCoEnvs.Model(name);
        using var data = new MjData(model);
        var state = MuJoCoEnvs.Moving(env, 1, 5);
        double[] values = MuJoCoEnvs.Numbers(state);
        values.AsSpan(0, model.Nq).CopyTo(data.Qpos);
        values.AsSpan(model.Nq, model.Nv).CopyTo(data.Qvel);
        data.Forward();
        var places = ScenePlaces.Of(env, state);
        int[] moving = [.. Enumerable.Range(0, model.NGeom).Where(g => model.GeomBody[g] > 0)];
        Assert.Equal(moving.Length, places.Count);
        for (int i = 0; i < moving.Length; i++)
        {
            var at = data.GeomXpos.Slice(3 * moving[i], 3);
            Vector3 expected = new((float)at[0], (float)at[1], (float)at[2]);
            Assert.Equal(0, Vector3.Distance(expected, places[i].Center), 1e-5f);
            // the third column of the rotation matrix is the axis
            var m = data.GeomXmat.Slice(9 * moving[i], 9);
            Vector3 axis = new((float)m[2], (float)m[5], (float)m[8]);
            Assert.Equal(1, Vector3.Dot(axis, places[i].Axis), 1e-4f);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Orientations_are_unit_quaternions(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        ScenePlaces.AssertUnitQuaternions(env, MuJoCoEnvs.Moving(env, 2, 3));
    }

    [Fact]
    public void Meshes_tendons_colors_and_contacts_are_shown()
    {
        using var folder = new HostFolder();
        File.WriteAllText(folder["box.xml"], Model);
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(folder["box.xml"], null);
        var scene = env.View!.Scene;
        Assert.Equal([ShapeKind.Plane, ShapeKind.Box, ShapeKind.Mesh], scene.Shapes.Select(s => s.Kind));
        Assert.Equal(new Vector4(0.9f, 0.1f, 0.2f, 1), scene.Shapes[1].Color);
        var mesh = scene.Shapes[2];
        Assert.Equal(new Vector4(0.2f, 0.4f, 0.6f, 0.5f), mesh.Color);
        Assert.Equal((4, 12), (mesh.Vertices.Count, mesh.Triangles.Count));
        // its vertices are about its center of mass, in its principal axes; distances stay
        double longest = mesh.Vertices.SelectMany(a => mesh.Vertices.Select(b => Vector3.Distance(a, b))).Max();
        Assert.Equal(0.5, longest, 1e-5);
        var rope = Assert.Single(scene.Lines);
        Assert.Equal(("rope", 0.02f), (rope.Name, rope.Width));

        var state = MuJoCoEnvs.Start(env, 1);
        state.narrow(1, 3, 4).zero_();
        state[0, 3] = 1;
        using var pull = torch.full([1, 1], 0.25, torch.ScalarType.Float64);
        var frame = env.View.Pose(state, pull);
        Assert.Equal(0.25, Assert.Single(frame.Activity!.Values<double>().ToArray()));
        double[] points = [.. frame.Points.Values<double>()];
        int first = 3 * rope.Points[0], last = 3 * rope.Points[^1];
        Assert.Equal([0, 0, 2], points[first..(first + 3)]);
        double height = MuJoCoEnvs.Numbers(state)[2];
        Assert.Equal(height + 0.1, points[last + 2], 1e-9);
        // a box on the ground touches it with its four corners
        state[0, 2] = 0.099;
        var lying = env.View.Pose(state, pull);
        Assert.Equal(4, lying.Touching!.Values<bool>().ToArray().Count(t => t));
    }
}
