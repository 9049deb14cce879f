using MbMix.Tests.Support;
using MujocoSharp;

namespace MbMix.Tests.Unit.Mujoco;

/// <summary>Models: sizes, names, arrays, options and position arithmetic.</summary>
public sealed class MujocoModelTests
{
    [Fact]
    public void Sizes_and_arrays_are_the_files()
    {
        using var model = Load("quadruped");
        Assert.Equal((15, 14, 8, 0), (model.Nq, model.Nv, model.Nu, model.Na));
        Assert.Equal((10, 9, 10, 1), (model.NBody, model.NJoint, model.NGeom, model.NSite));
        Assert.Equal((3, 10, 0), (model.NSensor, model.NSensorData, model.NKey));
        Assert.Equal([0, 0, 0.7, 1, 0, 0, 0], model.Qpos0[..7]);
        Assert.Equal((MjJointType.Free, MjJointType.Hinge), (model.JointType[0], model.JointType[1]));
        Assert.Equal([0, 7, 8], model.JointQposAdr[..3]);
        Assert.Equal([0, 6, 7], model.JointDofAdr[..3]);
        Assert.Equal([1, 2, 3], model.JointBody[..3]);
        Assert.Equal([-1, 1], model.ActuatorCtrlRange[..2]);
        Assert.Equal(120, model.ActuatorGear[0]);
        Assert.True(model.ActuatorCtrlLimited[0]);
        Assert.Equal([0, 3, 7], model.SensorAdr);
        Assert.Equal([3, 4, 3], model.SensorDim);
        Assert.Equal(1, model.Array("dof_armature")[6]);
        Assert.Equal(double.Pi / 6, model.JointRange[3], 1e-15);
    }

    [Fact]
    public void Names_lead_to_ids_and_back()
    {
        using var model = Load("clutter");
        foreach (string body in new[] { "table", "box", "ball", "can", "egg", "chain", "second" })
            Assert.Equal(body, model.Name(MjObject.Body, model.Id(MjObject.Body, body)));
        Assert.Equal(0, model.Id(MjObject.Body, "world"));
        Assert.Null(model.Name(MjObject.Geom, 1));
        Assert.False(model.TryId(MjObject.Joint, "nothing", out int id));
        Assert.Equal(-1, id);
        Assert.Contains(
            "'nothing'",
            Assert.Throws<KeyNotFoundException>(() => model.Id(MjObject.Joint, "nothing")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Name(MjObject.Body, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Name(MjObject.Key, -1));
        Assert.Throws<ArgumentException>(() => model.Array("no_such_array").Length);
    }

    [Theory]
    [InlineData(MjObject.Body, "b")]
    [InlineData(MjObject.Joint, "j")]
    [InlineData(MjObject.Geom, "g")]
    [InlineData(MjObject.Site, "s")]
    [InlineData(MjObject.Camera, "c")]
    [InlineData(MjObject.Light, "l")]
    [InlineData(MjObject.Mesh, "m")]
    [InlineData(MjObject.HField, "h")]
    [InlineData(MjObject.Texture, "t")]
    [InlineData(MjObject.Material, "a")]
    [InlineData(MjObject.Pair, "p")]
    [InlineData(MjObject.Exclude, "x")]
    [InlineData(MjObject.Equality, "e")]
    [InlineData(MjObject.Tendon, "d")]
    [InlineData(MjObject.Actuator, "u")]
    [InlineData(MjObject.Sensor, "n")]
    [InlineData(MjObject.Numeric, "i")]
    [InlineData(MjObject.Text, "k")]
    [InlineData(MjObject.Tuple, "q")]
    [InlineData(MjObject.Key, "y")]
    public void Every_kind_of_object_has_names(MjObject kind, string name)
    {
        using var model = MjModel.FromXml(
            """
            <mujoco>
              <custom>
                <numeric name="i" data="1"/><text name="k" data="k"/>
                <tuple name="q"><element objtype="body" objname="b"/></tuple>
              </custom>
              <asset>
                <mesh name="m" vertex="0 0 0 1 0 0 0 1 0 0 0 1"/><hfield name="h" nrow="2" ncol="2" size="1 1 1 1"/>
                <texture name="t" type="2d" builtin="flat" width="2" height="2"/><material name="a" texture="t"/>
              </asset>
              <worldbody>
                <light name="l"/><camera name="c"/><geom name="f" type="hfield" hfield="h"/>
                <body name="b" pos="0 0 3">
                  <joint name="j"/><geom name="g" type="mesh" mesh="m" material="a"/><site name="s"/>
                  <body name="o"><geom size="1"/></body>
                </body>
              </worldbody>
              <contact><pair name="p" geom1="f" geom2="g"/><exclude name="x" body1="b" body2="o"/></contact>
              <equality><joint name="e" joint1="j"/></equality>
              <tendon><fixed name="d"><joint joint="j" coef="1"/></fixed></tendon>
              <actuator><motor name="u" joint="j"/></actuator>
              <sensor><jointpos name="n" joint="j"/></sensor>
              <keyframe><key name="y"/></keyframe>
            </mujoco>
            """);
        Assert.Equal(name, model.Name(kind, model.Id(kind, name)));
    }

    [Fact]
    public void Options_are_read_and_written()
    {
        using var model = Load("arm");
        Assert.Equal((0.005, MjIntegrator.Implicit, MjSolver.Newton), (model.Timestep, model.Integrator, model.Solver));
        model.Timestep = 0.25;
        model.Integrator = MjIntegrator.Rk4;
        model.Solver = MjSolver.Cg;
        model.SolverIterations = 7;
        model.SolverTolerance = 0;
        model.SetGravity(1, 2, 3);
        model.Contacts = model.ClampControls = model.Warmstart = false;
        Assert.Equal(
            (0.25, MjIntegrator.Rk4, MjSolver.Cg, 7, 0),
            (model.Timestep, model.Integrator, model.Solver, model.SolverIterations, model.SolverTolerance));
        Assert.Equal([1, 2, 3], model.Gravity);
        Assert.False(model.Contacts || model.ClampControls || model.Warmstart);
        model.ClampControls = true;
        Assert.True(model.ClampControls && !model.Contacts && !model.Warmstart);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Timestep = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Timestep = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Integrator = (MjIntegrator)77);
        using var data = new MjData(model);
        data.Step();
        Assert.Equal(0.25, data.Time);
    }

    [Fact]
    public void Types_and_flags_have_the_names_of_model_files()
    {
        using var model = MjModel.FromXml(
            """
            <mujoco>
              <option cone="elliptic" jacobian="dense" density="1.25" wind="1 2 3" impratio="3">
                <flag gravity="disable" energy="enable"/>
              </option>
              <worldbody>
                <body name="a"><joint name="j"/><geom type="ellipsoid" size="1 1 1"/><site name="s"/></body>
              </worldbody>
              <equality><joint joint1="j" polycoef="0.5 0 0 0 0" active="false"/></equality>
              <actuator>
                <position joint="j" kp="3"/>
                <general site="s" gear="1 0 0 0 0 0" dyntype="integrator"/>
              </actuator>
              <sensor><accelerometer site="s"/><subtreecom body="a"/><clock/></sensor>
            </mujoco>
            """);
        string[] Names(MjTypeKind kind, ReadOnlySpan<int> types) => [.. types.ToArray().Select(t => model.TypeName(kind, t))];
        Assert.Equal(["accelerometer", "subtreecom", "clock"], Names(MjTypeKind.Sensor, model.SensorType));
        Assert.Equal(["ellipsoid"], Names(MjTypeKind.Geom, model.GeomType));
        Assert.Equal(["joint"], Names(MjTypeKind.Equality, model.EqualityType));
        Assert.Equal(["joint", "site"], Names(MjTypeKind.ActuatorTransmission, model.ActuatorTransmission));
        Assert.Equal(["none", "integrator"], Names(MjTypeKind.ActuatorDynamics, model.ActuatorDynamics));
        Assert.Equal(["affine", "none"], Names(MjTypeKind.ActuatorBias, model.ActuatorBias));
        Assert.Equal("12345", model.TypeName(MjTypeKind.ActuatorGain, 12345));
        Assert.Equal((MjCone.Elliptic, MjJacobian.Dense, 1.25, 3), (model.Cone, model.Jacobian, model.Density, model.ImpedanceRatio));
        Assert.Equal([1, 2, 3], model.Wind);
        Assert.Equal(["gravity"], model.DisableFlags);
        Assert.Equal(["energy"], model.EnableFlags);
        Assert.Equal((1, 2, 1), (model.NEq, model.NActuator, model.Count(MjObject.Site)));
        Assert.Equal(0.5, model.EqualityData[0]);
        Assert.False(model.EqualityStart[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TypeName((MjTypeKind)99, 0));
    }

    [Fact]
    public void An_equality_constraint_is_switched_where_the_version_can_do_that()
    {
        using var model = Load("linkage");
        using MjData data = new(model), other = new(model);
        Assert.Equal([true, true, true, false], data.EqActive);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.SetEqActive(4, true));
        if (MujocoLibrary.Version == "2.2.2")
        {
            Assert.Contains("3.0", Assert.Throws<NotSupportedException>(() => data.SetEqActive(3, true)).Message, StringComparison.Ordinal);
            return;
        }
        data.SetEqActive(3, true);
        data.SetEqActive(0, false);
        Assert.Equal([false, true, true, true], data.EqActive);
        var state = new double[model.StateSize];
        data.GetState(state);
        other.SetState(state);
        Assert.Equal([false, true, true, true], other.EqActive);
        data.Step(10);
        other.Step(10);
        Assert.Equal(data.Qpos, other.Qpos);
    }

    [Fact]
    public void An_integrator_that_the_version_lacks_is_refused()
    {
        using var model = Load("leg");
        if (MujocoLibrary.Version == "2.2.2")
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => model.Integrator = MjIntegrator.ImplicitFast);
            return;
        }
        model.Integrator = MjIntegrator.ImplicitFast;
        using var data = new MjData(model);
        data.Step(10);
        Assert.Equal(MjIntegrator.ImplicitFast, model.Integrator);
        Assert.False(data.Warnings.Any);
    }

    [Fact]
    public void Positions_are_integrated_and_differentiated()
    {
        using var model = Load("quadruped");
        var from = model.Qpos0.ToArray();
        var velocity = Enumerable.Range(0, model.Nv).Select(i => Math.Sin(1.7 * i)).ToArray();
        var to = (double[])from.Clone();
        model.IntegratePos(to, velocity, 0.125);
        Assert.Equal(0.7 + (0.125 * velocity[2]), to[2]);
        Assert.Equal(1, to[3..7].Sum(q => q * q), 1e-15);
        var back = new double[model.Nv];
        model.DifferentiatePos(back, 0.125, from, to);
        Assert.All(back.Zip(velocity), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
        to[3] = 3;
        model.NormalizeQuaternions(to);
        Assert.Equal(1, to[3..7].Sum(q => q * q), 1e-15);
        Assert.Throws<ArgumentException>(() => model.IntegratePos(to, back.AsSpan(1), 1));
        Assert.Throws<ArgumentException>(() => model.DifferentiatePos(back, 1, from, back));
        Assert.Throws<ArgumentException>(() => model.NormalizeQuaternions(back));
    }

    [Fact]
    public void Included_files_and_assets_beside_the_model_are_found()
    {
        string folder = Directory.CreateTempSubdirectory("mbmix-mujoco-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "parts"));
            File.WriteAllText(
                Path.Combine(folder, "model.xml"),
                """
                <mujoco>
                  <compiler meshdir="parts"/>
                  <include file="parts/model.xml"/>
                  <asset><mesh name="m" file="m.obj"/></asset>
                </mujoco>
                """);
            File.WriteAllText(
                Path.Combine(folder, "parts", "model.xml"),
                """
                <mujoco>
                  <worldbody><body name="inside"><joint/><geom type="mesh" mesh="m"/></body></worldbody>
                </mujoco>
                """);
            File.WriteAllText(
                Path.Combine(folder, "parts", "m.obj"),
                "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n");
            using var model = MjModel.FromFile(Path.Combine(folder, "model.xml"));
            Assert.Equal(1, model.Id(MjObject.Body, "inside"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_disposed_model_says_so_and_lives_on_for_its_data()
    {
        var model = Load("leg");
        using var data = new MjData(model);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Timestep);
        Assert.Throws<ObjectDisposedException>(() => model.Qpos0.Length);
        Assert.Throws<ObjectDisposedException>(() => new MjData(model));
        data.Step(10);
        Assert.Equal(0.02, data.Time, 1e-15);
    }

    private static MjModel Load(string name) => MjModel.FromFile(MujocoReference.Model(name));
}
