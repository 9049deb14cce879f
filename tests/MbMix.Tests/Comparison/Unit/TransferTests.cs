using MbMix.Comparison;
using MbMix.Differentiation;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Unit;

public sealed class TransferTests
{
    private static readonly TransferRequest Short = new() { Episodes = 4, States = 12 };

    [Theory]
    [InlineData("cartpole")]
    [InlineData("ant")]
    public void Between_single_and_double_precision_there_is_rounding_alone(string task)
    {
        using var one = TransferEnvs.Native(task, Precision.Single);
        using var two = TransferEnvs.Native(task);
        var report = Transfer.Run(new TransferEnvs.Swaying(one.Spec.Action.Size), one.Spec, one, two, Short);
        Assert.Equal([one.Spec.Id, two.Spec.Id, "difference"], report.Returns.Select(r => r.Name));
        Assert.All(report.Returns, r => Assert.InRange(r.Mean, r.Low, r.High));
        Assert.Equal(
            ["next state", "observation", "reward", "A: d next state / d state", "B: d next state / d action", "d observation / d state", "d observation / d action", "d reward / d state", "d reward / d action"],
            report.Blocks.Select(b => b.Block));
        Assert.All(report.Blocks, b => Assert.Equal(12, b.Relative.Count));
        // the two are different programs: no difference at all would mean that one was compared with itself
        Assert.InRange(report.Blocks[0].Quantile(0.5), 1e-9, 1e-4);
        Assert.All(report.Blocks, b => Assert.InRange(b.Quantile(0.5), 0, 1e-4));
        Assert.Empty(report.Notes);
    }

    [Theory]
    [InlineData("hopper")]
    [InlineData("ant")]
    public void The_same_physics_in_another_layout_is_the_same(string task)
    {
        using var native = TransferEnvs.Native(task);
        using var mujoco = TransferEnvs.MuJoCo(task);
        using var disguised = new TransferEnvs.InLayoutOf(native, mujoco);
        using var scope = torch.NewDisposeScope();
        var (states, actions) = VisitedStates.Collect(native, new TransferEnvs.Swaying(native.Spec.Action.Size), 2, 7, 6);
        var (blocks, invalid) = StepDifferences.Compare(native, disguised, states, actions);
        Assert.Equal(0, invalid);
        Assert.All(blocks, b => Assert.InRange(b.Quantile(1), 0, 1e-7));
    }

    [Theory]
    [InlineData("hopper")]
    [InlineData("ant")]
    [InlineData("humanoid")]
    public void A_state_means_the_same_in_both_simulators(string task)
    {
        using var robot = new SuiteRobot(task);
        using var native = TransferEnvs.Native(task);
        using var mujoco = TransferEnvs.MuJoCo(task);
        using var bridge = new StateBridge(native, mujoco);
        using var scope = torch.NewDisposeScope();
        var random = new Random(5);
        for (int i = 0; i < 5; i++)
        {
            var (q, qd) = robot.InTheAir(random);
            double[] ours = [.. q, .. qd];
            robot.Set(q, qd);
            double[] theirs = [.. robot.Data.Qpos, .. robot.Data.Qvel];
            var state = torch.tensor(ours).unsqueeze(0);
            Tensor there = bridge.Forth(state);
            Assert.InRange((there - torch.tensor(theirs)).abs().max().item<double>(), 0, 1e-12);
            Assert.InRange((bridge.Back(there) - state).abs().max().item<double>(), 0, 1e-12);
            // the same state has the same observation
            var lastAction = torch.zeros([1, native.Spec.Action.Size], torch.ScalarType.Float64);
            Assert.InRange((native.Observe(state, lastAction) - mujoco.Observe(there, lastAction)).abs().max().item<double>(), 0, 1e-9);
        }
    }

    [Theory]
    [InlineData("hopper", 0.02)]
    [InlineData("cheetah", 0.1)]
    [InlineData("cartpole", 0.01)]
    [InlineData("ant", 0.25)] // the suite's inertias of turned limbs are not the shapes'
    [InlineData("humanoid", 0.1)]
    public void Before_anything_touches_the_two_simulators_differ_little(string task, double limit)
    {
        using var native = TransferEnvs.Native(task);
        using var mujoco = TransferEnvs.MuJoCo(task);
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        var states = native.Reset([.. Enumerable.Range(0, 8).Select(i => new LaneKey(3, i, 0))]);
        if (task != "cartpole") states.select(1, 1).add_(1);
        var actions = torch.zeros([8, native.Spec.Action.Size], torch.ScalarType.Float64) + 0.3;
        var (blocks, _) = StepDifferences.Compare(native, mujoco, states, actions);
        foreach (var block in blocks) TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{task}: {block.Block} {block.Quantile(0.5):G3} {block.Quantile(1):G3}"));
        Assert.All(blocks.Where(b => b.Block[0] is 'A' or 'B' or 'n'), b => Assert.InRange(b.Quantile(1), 0, limit));
    }

    [Fact]
    public void What_disagrees_is_named()
    {
        var spec = Tasks.Make("hopper").Spec;
        void Refuses(EnvSpec other, string what) =>
            Assert.Equal($"A policy cannot go from {spec.Id} to {other.Id}: {what}.", Assert.Throws<ConfigurationException>(() => SpaceAgreement.Require(spec, other)).Message);
        static SpaceSpec With(SpaceSpec space, int i, Func<Dimension, Dimension> change) => new([.. space.Dimensions.Select((d, k) => k == i ? change(d) : d)]);

        SpaceAgreement.Require(spec, spec with { Id = "another/hopper-v1", ControlPeriod = spec.ControlPeriod * (1 + 1e-12) });
        Refuses(spec with { Observation = With(spec.Observation, 2, d => d with { Name = "hip" }) }, "observation 2 is 'thigh' in one and 'hip' in the other");
        Refuses(spec with { Observation = With(spec.Observation, 2, d => d with { Unit = "deg" }) }, "observation 2, 'thigh', is in rad in one and in deg in the other");
        Refuses(spec with { Observation = new([.. spec.Observation.Dimensions.SkipLast(1)]) }, "one has 11 observations, the other 10");
        Refuses(spec with { Action = With(spec.Action, 0, d => d with { High = 2 }) }, "action 0, 'thigh torque / 200 N m', lies in [-1, 1] in one and in [-1, 2] in the other");
        Refuses(spec with { Action = With(spec.Action, 1, d => d with { Name = "knee" }) }, "action 1 is 'leg torque / 200 N m' in one and 'knee' in the other");
        Refuses(spec with { ControlPeriod = 0.02 }, "the control period is 0.016666666666666666 s in one and 0.02 s in the other");
        // the bounds of an observation are a description, not an interface
        SpaceAgreement.Require(spec, spec with { Observation = With(spec.Observation, 0, d => d with { Low = -1 }) });
    }

    [Fact]
    public void States_that_cannot_be_carried_over_are_named()
    {
        using var hopper = TransferEnvs.Native("hopper");
        using var cheetah = TransferEnvs.Native("cheetah");
        using var cartpole = TransferEnvs.Native("cartpole");
        Assert.StartsWith("A state of diffrl/hopper-v1 cannot be set in diffrl/cheetah-v1: it has no 'thigh'.", Assert.Throws<ConfigurationException>(() => new StateBridge(hopper, cheetah)).Message, StringComparison.Ordinal);
        Assert.Contains("it has no 'root x'", Assert.Throws<ConfigurationException>(() => new StateBridge(hopper, cartpole)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_gradients_steps_are_compared_all_the_same()
    {
        var sessions = HostRuns.Sessions();
        using var point = sessions.CreateEnvironment("point", [], new LearningWorkers());
        using var blind = sessions.CreateEnvironment("blind-point", [], new LearningWorkers());
        var report = Transfer.Run(new TransferEnvs.Swaying(1), point.Spec, point, blind, Short);
        Assert.Equal(["next state", "observation", "reward"], report.Blocks.Select(b => b.Block));
        Assert.All(report.Blocks, b => Assert.Equal(0, b.Quantile(1)));
        Assert.Equal(["test/blind-point-v1 has no gradients, so derivatives are not compared"], report.Notes);
        Assert.Empty(Transfer.Run(new TransferEnvs.Swaying(1), point.Spec, point, blind, Short with { States = 0 }).Blocks);
    }

    [Fact]
    public void Quartiles_bear_what_is_infinite()
    {
        var block = new BlockDifference("x", [double.PositiveInfinity, 1, double.PositiveInfinity, 3, 2]);
        Assert.Equal((2, 3, double.PositiveInfinity), (block.Quantile(0.25), block.Quantile(0.5), block.Quantile(0.75)));
        Assert.True(double.IsNaN(new BlockDifference("x", []).Quantile(0.5)));
    }
}
