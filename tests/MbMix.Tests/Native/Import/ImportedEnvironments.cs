using MbMix.Differentiation;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Sim.MuJoCoFD;
using MbMix.Simulation.MuJoCo;
using MbMix.TestKit;
using MbMix.Tests.Support;
using MujocoSharp;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>Environments from MJCF files: promises, derivatives, rest on the ground, and motion as in MuJoCo.</summary>
public sealed class ImportedEnvironments
{
    [Fact]
    public void A_quadruped_keeps_the_promises_of_an_environment()
    {
        using var env = ImportedEnvs.Make(ImportedModels.Text("quadruped"));
        Certify.Sound(EnvironmentCheck.Run(env, new EnvironmentSettings { Derivatives = false, EpisodeSteps = 40 }));
        Certify.Sound(JacobianCheck.Run(env));
    }

    [Theory]
    [InlineData("[\"position(j)\"]", "1 / position(j)", "the reward is Infinity after the step.")]
    [InlineData("[\"velocity(j)\", { \"quantity\": \"-1 / position(j)\", \"name\": \"depth\" }]", "1", "observation 'depth' is -Infinity after the step.")]
    public void What_a_task_makes_infinite_is_named(string observation, string reward, string said)
    {
        const string xml = """
            <mujoco><option gravity="0 0 0"/>
              <worldbody><body><joint name="j" axis="0 1 0"/><geom size="0.1"/></body></worldbody>
              <actuator><motor name="m" joint="j" ctrlrange="-1 1"/></actuator>
            </mujoco>
            """;
        string task = $$"""{ "resetNoise": 0, "observation": {{observation}}, "reward": [{ "expression": "{{reward}}" }] }""";
        using var env = ImportedEnvs.Make(xml, Precision.Single, task: task);
        var explainer = Assert.IsAssignableFrom<IFaultExplainer>(env);
        using torch.Tensor state = torch.zeros(2), action = torch.zeros(1);
        Assert.EndsWith(said, explainer.ExplainFault(state, action), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quadruped")]
    [InlineData("quadruped", "contact")]
    [InlineData("quadruped", "limit")]
    [InlineData("balls")]
    [InlineData("arm")]
    public void Gradients_agree_with_central_differences(string name, string? without = null)
    {
        string xml = ImportedModels.Text(name);
        if (without is not null) xml = xml.Replace("<worldbody>", $"<option><flag {without}=\"disable\"/></option><worldbody>", StringComparison.Ordinal);
        using var env = ImportedEnvs.Make(xml);
        var settings = new ReturnGradientSettings
        {
            Lanes = 64,
            Horizon = 6,
            WarmUp = 25,
            Log = line => TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {line}"),
        };
        Certify.Sound(ReturnGradientCheck.Run(env, settings));
    }

    [Theory]
    [InlineData("ant", null)]
    [InlineData("half-cheetah", null)]
    [InlineData("hopper", null)]
    [InlineData("walker2d", null)]
    [InlineData("humanoid", null)]
    [InlineData(null, "quadruped")]
    [InlineData(null, "balls")]
    [InlineData(null, "planar")]
    public void Random_actions_do_no_harm(string? published, string? ours)
    {
        string xml = published is null ? ImportedModels.Text(ours!) : ModelFiles.Text(published);
        using var env = ImportedEnvs.Make(xml, Precision.Single);
        const int lanes = 16, steps = 300;
        using var envs = new VectorEnv(env, lanes, seed: 1);
        var random = new CounterRandom(1, "actions");
        var action = env.Spec.Action.Dimensions;
        float[] low = [.. action.Select(d => (float)d.Low)], width = [.. action.Select(d => (float)(d.High - d.Low))];
        int faults = 0;
        using (torch.NewDisposeScope())
        using (torch.no_grad())
        {
            envs.BeginWindow();
            for (int t = 0; t < steps; t++)
            {
                envs.Step((random.UniformTensor(t, lanes, low.Length) * torch.tensor(width)) + torch.tensor(low));
                foreach (bool fault in envs.Faulted) faults += fault ? 1 : 0;
            }
            envs.EndWindow();
        }
        Assert.Equal(0, faults);
    }

    [Theory]
    [InlineData("<geom type=\"box\" size=\"0.2 0.1 0.05\"/>", 0.05)]
    [InlineData("<geom type=\"sphere\" size=\"0.1\"/>", 0.1)]
    [InlineData("<geom type=\"capsule\" size=\"0.06\" fromto=\"0.3 0 0 -0.3 0 0\"/>", 0.06)]
    [InlineData("<geom type=\"box\" size=\"0.02 0.01 0.005\"/>", 0.005)]
    public void What_rests_on_the_ground_sinks_a_few_millimeters_and_lies_still(string geom, double clearance)
    {
        string xml = $"""
            <mujoco>
              <option timestep="0.005"/>
              <worldbody>
                <geom type="plane" size="1 1 1" pos="0 0 0.3"/>
                <body pos="0 0 {FormattableString.Invariant($"{0.35 + clearance}")}"><freejoint name="root"/>{geom}
                  <body><joint name="wheel" axis="0 0 1" armature="0.001"/><geom type="sphere" size="0.002" contype="0" conaffinity="0"/></body>
                </body>
              </worldbody>
              <actuator><motor name="wheel" joint="wheel" ctrllimited="true" ctrlrange="-1 1"/></actuator>
            </mujoco>
            """;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = ImportedEnvs.Make(xml, task: """{ "resetNoise": 0 }""");
        var state = env.Reset([new LaneKey(1, 0, 0)]);
        var action = torch.zeros([1, 1], torch.ScalarType.Float64);
        for (int t = 0; t < 150; t++) state = env.Step(state, action).NextState;
        double[] rest = [.. state.data<double>()];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', rest.Select(x => FormattableString.Invariant($"{x:G4}"))));
        Assert.InRange(rest[2], 0.3 + clearance - 0.005, 0.3 + clearance - 0.0002);
        Assert.All(rest[8..14], v => Assert.InRange(v, -2e-3, 2e-3));
    }

    [Theory]
    [InlineData("arm")]
    [InlineData("planar")]
    public void Ten_control_steps_in_the_air_are_those_of_MuJoCo(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        string xml = ImportedModels.Smooth(name);
        using var both = new ImportedInMuJoCo(xml);
        int frameSkip = 5;
        using var env = ImportedEnvs.Make(xml, change: o => o.Substeps = frameSkip, task: """{ "frameSkip": 5 }""");
        both.Model.Timestep = both.Robot.Timestep;
        var (state, controls) = both.Random(new Random(4));
        var action = env.Spec.Action.Dimensions;
        for (int i = 0; i < controls.Length; i++) both.Data.Ctrl[i] = controls[i] = Math.Clamp(controls[i], action[i].Low, action[i].High);
        Assert.Equal(frameSkip * both.Robot.Timestep, env.Spec.ControlPeriod, 1e-12);
        torch.Tensor x = torch.tensor(state).unsqueeze(0), u = torch.tensor(controls).unsqueeze(0);
        for (int t = 0; t < 10; t++)
        {
            x = env.Step(x, u).NextState;
            both.Data.Step(frameSkip);
        }
        double[] expected = [.. both.Data.Qpos, .. both.Data.Qvel];
        double difference = Physics.Distance(x.data<double>(), expected);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {difference:G3} of {expected.Max(Math.Abs):G3}");
        Assert.InRange(difference, 0, 1e-6);
    }

    [Theory]
    [InlineData("quadruped")]
    [InlineData("balls")]
    [InlineData("arm")]
    public void A_state_has_the_components_that_MuJoCo_shares(string name)
    {
        using var model = MjModel.FromXml(ImportedModels.Text(name));
        string Shared(Dimension d) => $"{d.Name.Replace(Spaces.OwnFrame, "", StringComparison.Ordinal)} [{d.Unit}]";
        var theirs = Spaces.Positions(model).Concat(Spaces.Velocities(model)).Select(Shared);
        var env = ImportedEnvs.Equations(ImportedModels.Text(name));
        Assert.Equal(theirs.Order(), env.Spec.State.Dimensions.Select(Shared).Order());
    }
}
