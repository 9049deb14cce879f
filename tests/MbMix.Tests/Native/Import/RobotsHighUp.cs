using MbMix.Differentiation;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit;

/// <summary>Single precision is as good high above the origin, or far below it, as it is there.</summary>
public sealed class RobotsHighUp
{
    private const string Free = "<freejoint name='root'/>";

    private const string Sliders = """
        <joint name='x' type='slide' axis='1 0 0'/><joint name='z' type='slide' axis='0 0 1'/>
        <joint name='u' type='slide' axis='0 0.6 0.8'/><joint name='turn' type='ball'/>
        """;

    private static string Quadrotor(string joints, double ground) => FormattableString.Invariant($"""
        <mujoco>
          <option timestep="0.01"/>
          <worldbody>
            <geom type="plane" size="1 1 1" pos="0 0 {ground}"/>
            <body name="frame">{joints}
              <inertial pos="0 0 0" mass="0.027" diaginertia="2.4e-5 2.4e-5 3.2e-5"/>
              <geom type="sphere" size="0.03"/>
              <site name="a" pos="0.03 0.03 0"/><site name="b" pos="-0.03 -0.03 0"/>
            </body>
          </worldbody>
          <actuator>
            <motor name="a" site="a" gear="0 0 1 0 0 0.006" ctrlrange="0 0.2"/>
            <motor name="b" site="b" gear="0 0 1 0 0 -0.006" ctrlrange="0 0.2"/>
          </actuator>
        </mujoco>
        """);

    [Theory]
    [InlineData(Free, 30)]
    [InlineData(Free, 100)]
    [InlineData(Free, 1000)]
    [InlineData(Free, -1000)]
    [InlineData(Sliders, 100)]
    [InlineData(Sliders, 1000)]
    public void A_light_robot_turns_as_it_does_at_the_origin(string joints, double height)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = ImportedEnvs.Make(Quadrotor(joints, -2000), Precision.Single, task: """{ "frameSkip": 2 }""");
        int z = joints == Free ? 2 : 1;
        Assert.InRange(Turning(env, z, height, 0, out var there), 1, 100);
        Turning(env, z, 0, 0, out var here);
        double error = ((there - here).norm() / here.norm()).item<float>();
        TestContext.Current.TestOutputHelper?.WriteLine($"{error:G3}");
        Assert.InRange(error, 0, 1e-3);
    }

    [Theory]
    [InlineData(Free)]
    [InlineData(Sliders)]
    public void The_ground_may_be_high_up(string joints)
    {
        using var scope = torch.NewDisposeScope();
        using var low = ImportedEnvs.Make(Quadrotor(joints, 0), task: """{ "frameSkip": 10 }""");
        using var high = ImportedEnvs.Make(Quadrotor(joints, 64), task: """{ "frameSkip": 10 }""");
        int z = joints == Free ? 2 : 1;
        (Tensor Next, Tensor Gradient) Land(IPredictiveEnv env, double ground)
        {
            var x = Start(env, z, ground + 0.04, -1).requires_grad_();
            var next = x;
            for (int t = 0; t < 2; t++) next = env.Step(next, torch.full([1, 2], 0.1, torch.float64)).NextState;
            next.sum().backward();
            return (next.detach(), x.grad!);
        }
        var (below, above) = (Land(low, 0), Land(high, 64));
        double landed = below.Next[0, z].item<double>();
        Assert.InRange(landed, 0, 0.1);
        above.Next[0, z] -= 64;
        Assert.InRange((above.Next - below.Next).abs().max().item<double>(), 0, 1e-9);
        var error = (above.Gradient - below.Gradient).abs().max() / below.Gradient.abs().max();
        Assert.InRange(error.item<double>(), 0, 1e-9);
    }

    [Fact]
    public void A_free_fall_of_twenty_seconds_goes_as_far_as_it_should()
    {
        const string ball = """
            <mujoco>
              <option timestep="0.01"/>
              <worldbody>
                <body name="ball"><freejoint name="root"/><geom size="0.1" mass="4"/><site name="s" pos="0.05 0 0"/></body>
              </worldbody>
              <actuator><motor name="m" site="s" gear="0 0 1 0 0 0" ctrlrange="-1 1"/></actuator>
            </mujoco>
            """;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var env = ImportedEnvs.Make(ball, Precision.Single, task: """{ "frameSkip": 5, "resetNoise": 0 }""");
        var state = Start(env, 2, 0, 0);
        var action = torch.zeros([1, 1]);
        for (int t = 0; t < 400; t++)
        {
            var step = env.Step(state, action);
            Assert.Equal(0, step.Fault[0].item<int>());
            state = step.NextState;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(' ', state.data<float>()));
        Assert.InRange(state[0, 2].item<float>(), -0.5 * 9.81 * 400 * 1.002, -0.5 * 9.81 * 400 * 0.998);
        Assert.InRange(state[0, 10].item<float>(), 0.99f, 1.01f);
    }

    private static float Turning(IPredictiveEnv env, int z, double height, double speed, out Tensor turning)
    {
        var next = env.Step(Start(env, z, height, speed), torch.tensor(new[] { 0.2f, 0.05f }).unsqueeze(0)).NextState;
        turning = next.narrow(1, env.Spec.State.Size - 3, 3);
        return turning.norm().item<float>();
    }

    // turning about x at 1 rad/s
    private static Tensor Start(IPredictiveEnv env, int z, double height, double speed)
    {
        var state = env.Reset([new LaneKey(1, 0, 0)]).clone();
        state[0, z] = height;
        // the velocities of a free joint and of the three sliders with a ball are arranged alike
        int velocities = env.Spec.State.Size - 6;
        state.narrow(1, velocities, 6).zero_();
        state[0, velocities + (z > 1 ? 2 : 1)] = speed;
        state[0, velocities + 3] = 1;
        return state;
    }
}
