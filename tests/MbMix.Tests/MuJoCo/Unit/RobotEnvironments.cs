using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>Robots from model files: state, quantities, start states and errors.</summary>
public sealed class RobotEnvironments
{
    [Theory]
    [InlineData("workshop")]
    [InlineData("puppet")]
    public void The_state_is_what_MuJoCo_says_it_is(string name)
    {
        using var env = Robots.Make(Robots.Data(name + ".xml"), Robots.Data(name + ".task.json"));
        using var model = MjModel.FromFile(Robots.Data(name + ".xml"));
        // time and warm start are zero before each step, controls come from the action, the others never change
        int constant = 1 + model.Nv + model.Nu + model.Nv + (6 * model.NBody) + model.NEq + model.NUserData;
        Assert.Equal(model.StateSize - constant, env.Spec.State.Size);
    }

    [Theory]
    [InlineData("workshop")]
    [InlineData("puppet")]
    public void Steps_are_those_of_a_simulation_that_runs_on(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Bare(Robots.Data(name + ".xml"), Robots.Data(name + ".task.json"));
        using var model = MjModel.FromFile(Robots.Data(name + ".xml"));
        using var data = new MjData(model);
        var state = MuJoCoEnvs.Start(env, 1);
        double[] start = MuJoCoEnvs.Numbers(state);
        int act = model.Nq + model.Nv, mocap = act + model.Na;
        start.AsSpan(0, model.Nq).CopyTo(data.Qpos);
        start.AsSpan(model.Nq, model.Nv).CopyTo(data.Qvel);
        start.AsSpan(act, model.Na).CopyTo(data.Act);
        start.AsSpan(mocap, 3 * model.NMocap).CopyTo(data.MocapPos);
        start.AsSpan(mocap + (3 * model.NMocap), 4 * model.NMocap).CopyTo(data.MocapQuat);
        for (int t = 0; t < 40; t++)
        {
            var action = MuJoCoEnvs.Actions(env, 1, t);
            MuJoCoEnvs.Numbers(action).CopyTo(data.Ctrl);
            data.Step(env.FrameSkip);
            state = env.Step(state, action).NextState;
            double[] next = MuJoCoEnvs.Numbers(state);
            Close([.. data.Qpos, .. data.Qvel, .. data.Act], next[..mocap], 1e-7);
        }
    }

    [Fact]
    public void Quantities_are_those_of_the_state_after_the_step()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Bare(Robots.Data("workshop.xml"), Robots.Data("workshop.task.json"));
        using var model = MjModel.FromFile(Robots.Data("workshop.xml"));
        using var data = new MjData(model);
        var (state, action) = (MuJoCoEnvs.Moving(env, 1, 6), MuJoCoEnvs.Actions(env, 1, 9));
        var step = env.Step(state, action);
        double[] next = MuJoCoEnvs.Numbers(step.NextState), observation = MuJoCoEnvs.Numbers(step.Observation);
        double[] q = next[..6], v = next[6..12];
        void Set(double by)
        {
            q.CopyTo(data.Qpos);
            model.IntegratePos(data.Qpos, v, by);
            v.CopyTo(data.Qvel);
            next.AsSpan(12, 3).CopyTo(data.Act);
            MuJoCoEnvs.Numbers(action).CopyTo(data.Ctrl);
            data.QaccWarmstart.Clear();
            data.Forward();
        }
        const double h = 1e-6;
        int lower = 3 * model.Id(MjObject.Body, "lower");
        double[] Place() => data.XPos.Slice(lower, 3).ToArray();
        Set(h);
        double[] ahead = Place(), sensors = data.SensorData.ToArray();
        double length = data.Array("ten_length")[2];
        Set(-h);
        double[] velocity = [.. ahead.Zip(Place(), (a, b) => (a - b) / (2 * h))];
        double tendonVelocity = (length - data.Array("ten_length")[2]) / (2 * h);
        Set(0);
        double[] center = new double[3];
        for (int body = 0; body < model.NBody; body++)
        {
            for (int i = 0; i < 3; i++)
                center[i] += model.BodyMass[body] * data.XIpos[(3 * body) + i] / model.BodyMass.ToArray().Sum();
        }
        // the joints' axis is y, so a body's turn and its uprightness follow from the joints' angles
        double[] expected =
        [
            .. next, .. data.SensorData, .. data.Array("ten_length"), .. data.SiteXpos, .. Place(), .. velocity,
            0, v[0] + v[1], 0, Math.Cos(q[0] + q[1]), .. center, tendonVelocity, data.ActuatorForce[1],
            .. MuJoCoEnvs.Numbers(action),
        ];
        Close(expected, observation, 1e-7);
    }

    [Theory]
    [InlineData("workshop")]
    [InlineData("puppet")]
    public void An_observation_is_a_function_of_state_and_action(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(Robots.Data(name + ".xml"), Robots.Data(name + ".task.json"));
        var (state, action) = (MuJoCoEnvs.Moving(env, 3, 12), MuJoCoEnvs.Actions(env, 3, 9));
        var step = env.Step(state, action);
        Assert.True(MuJoCoEnvs.Same(step.Observation, env.Observe(step.NextState, action)));
    }

    [Fact]
    public void A_task_on_positions_and_velocities_can_be_evaluated_on_predicted_states()
    {
        using var env = Robots.Make(Robots.Sample("cart.xml"), Robots.Sample("cart.task.json"));
        Assert.IsAssignableFrom<IPredictiveEnv>(env);
        using var other = Robots.Make(Robots.Sample("arm.xml"), Robots.Sample("arm.task.json"));
        Assert.False(other is IPredictiveEnv);
        Assert.Equal(
            [Robots.Sample("arm.xml"), Robots.Sample("arm.task.json")], other.Spec.Files.Select(Path.GetFullPath));
    }

    [Theory]
    [InlineData("arm", 5, 5)]
    [InlineData("cart", 8, 8)]
    [InlineData("quadruped", 29, 27)]
    public void A_robot_needs_no_task_file(string name, int state, int observation)
    {
        using var scope = torch.NewDisposeScope();
        using var env = Robots.Make(Robots.Sample(name + ".xml"));
        Assert.Equal((state, observation, 0.02), (env.Spec.State.Size, env.Spec.Observation.Size, env.Spec.ControlPeriod));
        var step = env.Step(MuJoCoEnvs.Start(env, 2), MuJoCoEnvs.Actions(env, 2, 1));
        Assert.Equal([0, 0], step.Fault.data<int>().ToArray());
        Assert.True(step.Reward.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData("<mujoco><worldbody/></mujoco>", "robot.xml has no actuators, so there is nothing to control; add them, in <actuator>.")]
    [InlineData("<mujoco><oops/></mujoco>", "mujoco/robot-v1 cannot be made: ")]
    [InlineData("no model", "mujoco/robot-v1 cannot be made: ")]
    [InlineData(Free, "the actuator 'motor' has no ctrlrange, and actions need bounds; give it one in the model")]
    [InlineData(Noisy, "mujoco/robot-v1 cannot be made: ")] // MuJoCo 3 itself does not know the flag any more
    public void A_model_that_cannot_be_used_gets_one_line(string xml, string message)
    {
        using var folder = new HostFolder();
        File.WriteAllText(folder["robot.xml"], xml);
        Assert.True(MujocoLibrary.TryLoad(out _));
        var e = Assert.ThrowsAny<MbMixException>(() => Robots.Make(folder["robot.xml"]));
        if (xml != Noisy) Assert.IsType<ConfigurationException>(e);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        if (xml == Free)
        {
            File.WriteAllText(folder["task.json"], """{ "action": { "range": { "motor": [-2, 2] } } }""");
            using var env = Robots.Make(folder["robot.xml"], folder["task.json"]);
            Assert.Equal((-2, 2), (env.Spec.Action.Dimensions[0].Low, env.Spec.Action.Dimensions[0].High));
        }
    }

    [Theory]
    [InlineData("robot.urdf")]
    [InlineData("robot.xml")]
    public void A_URDF_is_refused_with_how_to_go_on(string name)
    {
        using var folder = new HostFolder();
        File.WriteAllText(folder[name], """<?xml version="1.0"?><robot name="r"><link name="base"/></robot>""");
        var e = Assert.Throws<ConfigurationException>(() => Robots.Make(folder[name]));
        Assert.Equal(
            $"{name} is a URDF, which has no actuators, so it cannot be trained: convert it to MJCF (MuJoCo's sample "
            + "program compile, or mj_saveLastXML), and add <actuator> there.",
            e.Message);
    }

    [Fact]
    public void A_missing_file_gets_one_line()
    {
        var e = Assert.ThrowsAny<MbMixException>(() => Robots.Make("/nowhere/robot.xml"));
        Assert.Equal("There is no file /nowhere/robot.xml for the model.", e.Message);
        e = Assert.ThrowsAny<MbMixException>(() => Robots.Make(Robots.Sample("cart.xml"), "/nowhere/task.json"));
        Assert.Contains("there is no task file /nowhere/task.json", e.Message, StringComparison.Ordinal);
        e = Assert.ThrowsAny<MbMixException>(() => MuJoCoEnvs.Make("mujoco/robot-v1"));
        Assert.Equal("mujoco/robot-v1 needs a model file (MJCF or URDF): set env.file to its path.", e.Message);
    }

    private const string Free = """
        <mujoco><worldbody><body><joint name="j"/><geom size="0.1"/></body></worldbody>
        <actuator><motor name="motor" joint="j"/></actuator></mujoco>
        """;

    private const string Noisy = """
        <mujoco><option><flag sensornoise="enable"/></option>
        <worldbody><body><joint name="j"/><geom size="0.1"/></body></worldbody>
        <actuator><motor name="motor" joint="j" ctrllimited="true" ctrlrange="-1 1"/></actuator></mujoco>
        """;

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"component {i}: {actual[i]:G9}, expected {expected[i]:G9}");
        }
    }
}
