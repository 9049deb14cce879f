using MbMix.Tests.Support;
using TorchSharp;

namespace MbMix.Tests.Unit.SimMuJoCo;

/// <summary>Sizes, periods, bounds and start states of the tasks, as Gymnasium documents them.</summary>
public sealed class MuJoCoDescriptions
{
    [Theory]
    [InlineData("inverted-pendulum-v5", 4, 4, 1, 3, 0.04, 1000)]
    [InlineData("inverted-double-pendulum-v5", 6, 9, 1, 1, 0.05, 1000)]
    [InlineData("reacher-v5", 8, 10, 2, 1, 0.02, 50)]
    [InlineData("pusher-v5", 22, 23, 7, 2, 0.05, 100)]
    [InlineData("swimmer-v5", 10, 8, 2, 1, 0.04, 1000)]
    [InlineData("hopper-v5", 12, 11, 3, 1, 0.008, 1000)]
    [InlineData("walker2d-v5", 18, 17, 6, 1, 0.008, 1000)]
    [InlineData("half-cheetah-v5", 18, 17, 6, 1, 0.05, 1000)]
    [InlineData("ant-v5", 30, 105, 8, 1, 0.05, 1000)]
    [InlineData("humanoid-v5", 48, 348, 17, 0.4, 0.015, 1000)]
    [InlineData("diffrl-cartpole-swingup-v1", 4, 5, 1, 1, 1 / 60.0, 240)]
    [InlineData("diffrl-hopper-v1", 12, 11, 3, 1, 1 / 60.0, 1000)]
    [InlineData("diffrl-cheetah-v1", 18, 17, 6, 1, 1 / 60.0, 1000)]
    [InlineData("diffrl-ant-v1", 29, 37, 8, 1, 1 / 60.0, 1000)]
    [InlineData("diffrl-humanoid-v1", 55, 76, 21, 1, 1 / 60.0, 1000)]
    public void Sizes_and_periods_are_the_published_ones(
        string name, int state, int observation, int action, double bound, double period, int length)
    {
        using var env = MuJoCoEnvs.Make("mujoco/" + name);
        var spec = env.Spec;
        Assert.Equal(
            (state, observation, action, length),
            (spec.State.Size, spec.Observation.Size, spec.Action.Size, spec.EpisodeLength));
        Assert.Equal(period, spec.ControlPeriod, 1e-12);
        Assert.All(spec.Action.Dimensions, d => Assert.Equal((-bound, bound), (d.Low, d.High)));
        foreach (var space in new[] { spec.State, spec.Observation, spec.Action })
            Assert.Equal(space.Size, space.Dimensions.Select(d => d.Name).Distinct().Count());
        Assert.Equal(name == "humanoid-v5" ? GradientKind.None : GradientKind.FiniteDifference, spec.Gradient.Kind);
    }

    [Theory]
    [InlineData("ant-v5", "env.includeCfrcExtInObservation=false", 27)]
    [InlineData("ant-v5", "env.excludeCurrentPositionsFromObservation=false", 107)]
    [InlineData("hopper-v5", "env.excludeCurrentPositionsFromObservation=false", 12)]
    [InlineData("humanoid-v5", "env.includeCinertInObservation=false", 218)]
    [InlineData("humanoid-v5", "env.includeCvelInObservation=false", 270)]
    public void Options_change_the_observation(string name, string setting, int observation)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/" + name, [setting]);
        Assert.Equal(observation, env.Spec.Observation.Size);
        using var step = env.Step(MuJoCoEnvs.Start(env, 2), MuJoCoEnvs.Actions(env, 2, 0));
        Assert.Equal([2, observation], step.Observation.shape);
        Assert.True(torch.isfinite(step.Observation).all().item<bool>());
    }

    [Fact]
    public void The_frame_skip_is_an_option()
    {
        using var scope = torch.NewDisposeScope();
        using IDifferentiableEnv twice = MuJoCoEnvs.Make("mujoco/half-cheetah-v5", ["env.frameSkip=10"]);
        using IDifferentiableEnv once = MuJoCoEnvs.Make("mujoco/half-cheetah-v5");
        Assert.Equal(2 * once.Spec.ControlPeriod, twice.Spec.ControlPeriod, 1e-12);
        var (state, action) = (MuJoCoEnvs.Start(once, 1), MuJoCoEnvs.Actions(once, 1, 0));
        using var first = once.Step(state, action);
        using var second = once.Step(first.NextState, action);
        using var both = twice.Step(state, action);

        // the solver starts anew at each control step, and converges to the same
        Assert.True(torch.allclose(second.NextState, both.NextState, rtol: 0, atol: 1e-9));
        Assert.Equal((first.Reward + second.Reward).item<double>() / 2, both.Reward.item<double>(), 1e-8);
    }

    [Theory]
    [InlineData("inverted-pendulum-v5", 0.01, 0.01, false)]
    [InlineData("inverted-double-pendulum-v5", 0.1, 0.1, true)]
    [InlineData("swimmer-v5", 0.1, 0.1, false)]
    [InlineData("hopper-v5", 0.005, 0.005, false)]
    [InlineData("walker2d-v5", 0.005, 0.005, false)]
    [InlineData("half-cheetah-v5", 0.1, 0.1, true)]
    public void Start_states_spread_as_documented(string name, double position, double velocity, bool normal)
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/" + name);
        using var model = MuJoCoEnvs.Model(name[..^3]);
        var start = MuJoCoEnvs.Start(env, 2000);
        var q = start.narrow(1, 0, model.Nq) - torch.tensor(model.Qpos0.ToArray());
        var v = start.narrow(1, model.Nq, model.Nv);
        Assert.InRange(q.abs().max().item<double>(), 0.98 * position, position);
        Assert.InRange(q.std().item<double>(), 0.97 * position / Math.Sqrt(3), 1.03 * position / Math.Sqrt(3));
        double spread = normal ? velocity : velocity / Math.Sqrt(3);
        Assert.InRange(v.std().item<double>(), 0.97 * spread, 1.03 * spread);
        if (!normal) Assert.InRange(v.abs().max().item<double>(), 0.98 * velocity, velocity);
        Assert.InRange(Math.Abs(q.mean().item<double>()), 0, 0.05 * position);
    }

    [Fact]
    public void Targets_of_the_reacher_fill_a_disc_and_stand_still()
    {
        using var scope = torch.NewDisposeScope();
        using var env = MuJoCoEnvs.Make("mujoco/reacher-v5");
        var start = MuJoCoEnvs.Start(env, 2000);
        var radius = start.narrow(1, 2, 2).square().sum(1).sqrt();
        Assert.InRange(radius.max().item<double>(), 0.19, 0.2);
        Assert.InRange(radius.mean().item<double>(), 0.97 * 0.2 * 2 / 3, 1.03 * 0.2 * 2 / 3);
        Assert.Equal(0, start.narrow(1, 6, 2).abs().max().item<double>());
    }

    [Fact]
    public void Start_states_depend_on_their_lane_alone()
    {
        using var scope = torch.NewDisposeScope();
        foreach (string id in MuJoCoEnvs.All)
        {
            using var env = MuJoCoEnvs.Make(id);
            var all = env.Reset(
                [new LaneKey(1, 0, 0), new LaneKey(1, 1, 0), new LaneKey(1, 0, 1), new LaneKey(2, 0, 0)]);
            using (env.Step(all, MuJoCoEnvs.Actions(env, 4, 0)))
            {
                Assert.True(MuJoCoEnvs.Same(all.narrow(0, 2, 1), env.Reset([new LaneKey(1, 0, 1)])), id);
            }
            for (int i = 1; i < 4; i++) Assert.False(MuJoCoEnvs.Same(all.narrow(0, 0, 1), all.narrow(0, i, 1)), id);
        }
    }
}
