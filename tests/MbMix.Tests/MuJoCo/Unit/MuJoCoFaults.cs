using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>Lanes that break are reported and do not affect the others; wrong inputs get a one-line error.</summary>
public sealed class MuJoCoFaults
{
    [Theory]
    [InlineData("mujoco/hopper-v5")]
    [InlineData("mujoco/ant-v5")]
    [InlineData("mujoco/humanoid-v5")]
    public void A_lane_that_breaks_is_reported_and_changes_no_bit_of_the_others(string id)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make(id);
        var (state, action) = (MuJoCoEnvs.Moving(env, 6, 3), MuJoCoEnvs.Actions(env, 6, 0));
        using var healthy = env.Step(state, action);
        var (broken, wild) = (state.clone(), action.clone());
        broken[1, 4] = double.NaN;
        broken[2, env.Spec.State.Size - 3] = 9e9; // finite, but explodes within the step
        wild[3, 0] = double.NaN;
        broken[4, 0] = double.PositiveInfinity;
        using var step = env.Step(broken, wild);
        int[] faults = [.. Enumerable.Range(0, 6).Select(i => step.Fault[i].item<int>())];
        Assert.Equal(
            [
                FaultCode.None,
                FaultCode.StateNotFinite,
                FaultCode.StateNotFinite,
                FaultCode.ActionNotFinite,
                FaultCode.StateNotFinite,
                FaultCode.None,
            ],
            faults);
        foreach (int lane in new[] { 0, 5 })
        {
            Assert.True(MuJoCoEnvs.Same(healthy.NextState[lane], step.NextState[lane]));
            Assert.True(MuJoCoEnvs.Same(healthy.Observation[lane], step.Observation[lane]));
            Assert.True(MuJoCoEnvs.Same(healthy.Reward[lane], step.Reward[lane]));
        }

        // nothing of the explosion stays behind
        using var again = env.Step(state, action);
        Assert.True(MuJoCoEnvs.Same(healthy.NextState, again.NextState));
        var explainer = (IFaultExplainer)env;
        Assert.Contains(
            $"{env.Spec.State.Dimensions[4].Name} is NaN",
            explainer.ExplainFault(broken[1], wild[1]),
            StringComparison.Ordinal);
        Assert.Contains("before it", explainer.ExplainFault(broken[2], wild[2]), StringComparison.Ordinal);
        Assert.Contains(
            $"{env.Spec.Action.Dimensions[0].Name} is NaN",
            explainer.ExplainFault(broken[3], wild[3]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_lane_has_no_gradient_and_spoils_none()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/hopper-v5");
        var start = MuJoCoEnvs.Start(env, 2);
        start[1, 8] = 9e9;
        var state = start.requires_grad_(true);
        var step = env.Step(state, MuJoCoEnvs.Actions(env, 2, 0));
        Backward.Run(step.NextState[0].sum());
        Assert.True(torch.isfinite(state.grad!).all().item<bool>());
        Assert.Equal(0, state.grad![1].abs().max().item<double>());
        Assert.True(state.grad![0].abs().max().item<double>() > 0);
    }

    [Fact]
    public void Wrong_inputs_get_one_line_with_what_came_and_what_was_expected()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/hopper-v5");
        var (state, action) = (MuJoCoEnvs.Start(env, 2), MuJoCoEnvs.Actions(env, 2, 0));
        string Message(Action call)
        {
            string message = Assert.Throws<MbMixException>(call).Message;
            Assert.DoesNotContain('\n', message);
            return message;
        }
        Assert.Contains(
            "state of shape [2, 11] came; expected [2, 12]",
            Message(() => env.Step(state.narrow(1, 0, 11), action)),
            StringComparison.Ordinal);
        Assert.Contains(
            "state of shape [0, 12] came; expected [B, 12]",
            Message(() => env.Step(state.narrow(0, 0, 0), action)),
            StringComparison.Ordinal);
        Assert.Contains(
            "action of shape [1, 3] came; expected [2, 3]",
            Message(() => env.Step(state, action.narrow(0, 0, 1))),
            StringComparison.Ordinal);
        Assert.Contains(
            "state of type Float32",
            Message(() => env.Step(state.to(torch.ScalarType.Float32), action)),
            StringComparison.Ordinal);
        Assert.Contains(
            "action of type Int64",
            Message(() => env.Step(state, action.to(torch.ScalarType.Int64))),
            StringComparison.Ordinal);
        Assert.Contains(
            "cotangents [2, 12]",
            Message(() => ((IJacobianEnv)env).Pullback(state, action, state)),
            StringComparison.Ordinal);
        Assert.Contains(
            "next state of shape",
            Message(() => ((IPredictiveEnv)env).Evaluate(state, action, action)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env.epsilon=1", "epsilon")]
    [InlineData("env.healthyZRange=[1]", "healthyZRange")]
    [InlineData("env.resetNoiseScal=1", "Did you mean 'resetNoiseScale'?")]
    public void Wrong_options_are_named(string setting, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ConfigurationException>(() => MuJoCoEnvs.Make("mujoco/hopper-v5", [setting])).Message,
            StringComparison.Ordinal);
}
