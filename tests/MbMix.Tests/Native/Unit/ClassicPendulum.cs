using MbMix.Sim.Native;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace MbMix.Tests.Unit;

/// <summary>The pendulum of Gymnasium's Pendulum-v1.</summary>
public sealed class ClassicPendulum
{
    [Theory]
    [InlineData(0.5, 1, 1, 1.5095692)]
    [InlineData(0.5, 1, 5, 1.6595692)]
    [InlineData(Math.PI / 2, 7.9, 2, 8)]
    [InlineData(-Math.PI / 2, -7.9, -2, -8)]
    public void A_step_turns_it_by_gravity_and_torque_up_to_its_speed_limit(
        double angle, double velocity, double torque, double expected)
    {
        var (next, _) = Step(angle, velocity, torque);
        Assert.Equal(expected, next[1], 1e-6);
        Assert.Equal(angle + (0.05 * expected), next[0], 1e-6);
    }

    [Theory]
    [InlineData(0.5, 1, 1, -0.351)]
    [InlineData(0.5, 1, 5, -0.354)]
    [InlineData((2 * Math.PI) + 0.5, 1, 1, -0.351)]
    [InlineData(Math.PI + 0.1, 0, 0, -9.2512859)]
    public void The_reward_is_that_of_the_state_before_with_the_angle_from_minus_pi_to_pi(
        double angle, double velocity, double torque, double expected) =>
        Assert.Equal(expected, Step(angle, velocity, torque).Reward, 1e-6);

    private static (double[] Next, double Reward) Step(double angle, double velocity, double torque)
    {
        using var env = TracedEnv.Create(
            new Pendulum(),
            new TracedEnvOptions { Precision = Differentiation.Precision.Double },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        using var state = torch.tensor([angle, velocity]).view(1, 2);
        using var action = torch.tensor([torque]).view(1, 1);
        using var step = env.Step(state, action);
        return ([.. step.NextState.data<double>()], step.Reward.item<double>());
    }
}
