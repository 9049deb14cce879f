using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

public sealed class VectorEnvTests
{
    [Fact]
    public void The_time_limit_truncates_and_only_that_lane_starts_again()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 3 };
        using var envs = new VectorEnv(env, 2, seed: 7);
        envs.BeginWindow();
        var action = zeros(2, 1);
        for (int t = 0; t < 2; t++) envs.Step(action);
        Assert.False(envs.Done[0]);
        var step = envs.Step(action);
        Assert.True(envs.Truncated[0] && envs.Truncated[1] && envs.Done[0] && !envs.Terminated[0]);
        Assert.Equal(new LaneKey(7, 1, 1), env.Resets[^1]);
        Assert.False(allclose(step.Observation, step.FinalObservation));
        Assert.True(allclose(step.Observation.narrow(1, 0, 2), envs.State));
        var statistics = envs.ReportEpisodes();
        Assert.Equal((2, 3), (statistics.Finished, statistics.MeanLength));
        Assert.Equal(0, envs.ReportEpisodes().Finished);
        Assert.Equal(6, envs.Steps);
    }

    [Fact]
    public void Termination_comes_before_truncation()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 1, Wall = 0.5 };
        using var envs = new VectorEnv(env, 64, seed: 1);
        envs.BeginWindow();
        var step = envs.Step(zeros(64, 1));
        int terminated = 0;
        for (int b = 0; b < 64; b++)
        {
            bool beyond = Math.Abs(step.FinalObservation[b, 0].item<float>()) > 0.5;
            Assert.Equal(beyond, envs.Terminated[b]);
            Assert.Equal(!beyond, envs.Truncated[b]);
            terminated += beyond ? 1 : 0;
        }
        Assert.InRange(terminated, 5, 59);
    }

    [Fact]
    public void The_last_observation_keeps_its_gradient_and_the_start_state_has_none()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 2 };
        using var envs = new VectorEnv(env, 2, seed: 1);
        envs.BeginWindow();
        var a0 = zeros(2, 1).requires_grad_(true);
        envs.Step(a0);
        var step = envs.Step(zeros(2, 1));
        var after = envs.Step(zeros(2, 1));
        Backward.Run(step.FinalObservation.sum(), retainGraph: true);
        Assert.All(a0.grad!.Values<float>().ToArray(), g => Assert.NotEqual(0f, g));
        a0.grad!.zero_();
        Backward.Run(after.FinalObservation.sum() + after.Reward.sum());
        Assert.All(a0.grad!.Values<float>().ToArray(), g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Lanes_do_not_depend_on_each_other()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 50, Wall = 1 };
        using VectorEnv few = new(env, 3, seed: 5), many = new(env, 8, seed: 5);
        Tensor a = few.BeginWindow(), b = many.BeginWindow();
        for (int t = 0; t < 60; t++)
        {
            Assert.Equal(a.Values<float>().ToArray(), b.narrow(0, 0, 3).contiguous().Values<float>().ToArray());
            a = few.Step((-a.narrow(1, 0, 1)).clone()).Observation;
            b = many.Step((-b.narrow(1, 0, 1)).clone()).Observation;
        }
    }

    [Fact]
    public void Windows_cut_the_graph_and_go_on_where_the_last_one_ended()
    {
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, 2, seed: 1);
        float[] last;
        using (NewDisposeScope())
        {
            envs.BeginWindow();
            last = envs.Step(full(2, 1, 0.5f).requires_grad_(true)).Observation.Values<float>().ToArray();
            Assert.True(envs.State.requires_grad);
            envs.EndWindow();
        }
        Assert.False(envs.State.requires_grad);
        using (NewDisposeScope())
        {
            var first = envs.BeginWindow();
            Assert.Equal(last, first.Values<float>().ToArray());
            Assert.Equal(0.5f, first[0, 2].item<float>());
            Assert.False(first.requires_grad);
        }
    }

    [Fact]
    public void Last_actions_are_zero_after_a_reset()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { EpisodeLength = 1 };
        using var envs = new VectorEnv(env, 2, seed: 1);
        envs.BeginWindow();
        var step = envs.Step(ones(2, 1));
        Assert.Equal(1f, step.FinalObservation[0, 2].item<float>());
        Assert.Equal(0f, step.Observation[0, 2].item<float>());
        Assert.Equal(0f, envs.BeginWindow()[0, 2].item<float>());
    }

    [Fact]
    public void A_sick_lane_is_quarantined_and_leaves_no_trace_in_the_gradient()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { SickLane = 1 };
        using var envs = new VectorEnv(env, 4, seed: 1);
        envs.BeginWindow();
        var action = full(4, 1, 0.1f).requires_grad_(true);
        Tensor total = zeros(4);
        var flags = new RolloutFlags(12, 4);
        for (int t = 0; t < 12; t++)
        {
            var step = envs.Step(action);
            flags.Record(t, envs);
            total = total + step.Reward + step.FinalObservation.sum(1);
            if (t == 9)
            {
                Assert.True(envs.Faulted[1] && envs.Done[1] && !envs.Terminated[1] && !envs.Truncated[1]);
                Assert.False(envs.Done[0]);
                Assert.Equal(0f, step.Reward[1].item<float>());
                Assert.Equal(new LaneKey(1, 1, 1), env.Resets[^1]);
            }
        }
        Backward.Run(total.sum());
        Assert.All(action.grad!.Values<float>().ToArray(), g => Assert.True(float.IsFinite(g) && g != 0));
        Assert.True(flags.AnyInvalid && !flags.Valid[9 * 4 + 1] && !flags.Valued[9 * 4 + 1] && flags.Done[9 * 4 + 1] && flags.Valid[9 * 4]);
        var statistics = envs.ReportEpisodes();
        Assert.Equal((1, 0), (statistics.Faults, statistics.Finished));
    }

    [Fact]
    public void Too_many_sick_lanes_stop_training_with_the_reason()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass { SickLane = 1, AlwaysSick = true };
        using var envs = new VectorEnv(env, 4, seed: 1);
        envs.BeginWindow();
        var e = Assert.Throws<MbMixException>(() =>
        {
            for (int t = 0; t < 200; t++) envs.Step(ones(4, 1));
        });
        Assert.Contains("Lane 1: the speed is not a number.", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_double_environment_serves_float_networks()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass(ScalarType.Float64) { EpisodeLength = 2 };
        using var envs = new VectorEnv(env, 2, seed: 1);
        Assert.Equal(ScalarType.Float32, envs.BeginWindow().dtype);
        var action = ones(2, 1).requires_grad_(true);
        Tensor sum = zeros([]);
        for (int t = 0; t < 3; t++)
        {
            var step = envs.Step(action);
            Assert.Equal((ScalarType.Float32, ScalarType.Float32, ScalarType.Float64), (step.Observation.dtype, step.Reward.dtype, step.NextState.dtype));
            sum = sum + step.Reward.sum();
        }
        Backward.Run(sum);
        Assert.NotEqual(0f, action.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void Everything_comes_back_from_a_checkpoint()
    {
        using var env = new LearningPointMass { EpisodeLength = 5 };
        using VectorEnv a = new(env, 3, seed: 2), b = new(env, 3, seed: 2);
        Roll(a, 7);
        var checkpoint = new LearningCheckpoint();
        a.Save(checkpoint);
        b.Load(checkpoint);
        Assert.Equal(Roll(a, 9), Roll(b, 9));
        Assert.Equal(a.ReportEpisodes(), b.ReportEpisodes());
        Assert.Equal(a.Steps, b.Steps);

        static float[] Roll(VectorEnv envs, int steps)
        {
            using var scope = NewDisposeScope();
            var x = envs.BeginWindow();
            for (int t = 0; t < steps; t++) x = envs.Step((x.narrow(1, 0, 1) * -0.3).clone()).Observation;
            envs.EndWindow();
            return x.Values<float>().ToArray();
        }
    }

    [Fact]
    public void Wrong_shapes_are_named()
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass();
        using var envs = new VectorEnv(env, 3, seed: 2);
        Assert.Contains("BeginWindow", Assert.Throws<MbMixException>(() => envs.Step(zeros(3, 1))).Message);
        envs.BeginWindow();
        Assert.Contains("[3, 2]; expected [3, 1]", Assert.Throws<MbMixException>(() => envs.Step(zeros(3, 2))).Message);
        Assert.Throws<MbMixException>(() => new VectorEnv(env, 0, 1));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_window_begins_with_what_the_last_step_observed(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var env = new LearningPointMass(type) { EpisodeLength = 3 };
        using VectorEnv envs = new(env, 3, seed: 2), other = new(env, 3, seed: 9);
        Assert.True(allclose(envs.BeginWindow().narrow(1, 0, 2), envs.State.to(ScalarType.Float32)));
        for (int t = 0; t < 5; t++)
        {
            var step = envs.Step(full([3, 1], 0.5 + t));
            envs.EndWindow();
            var checkpoint = new LearningCheckpoint();
            envs.Save(checkpoint);
            other.Load(checkpoint);
            Assert.True(envs.BeginWindow().Equals(step.Observation) && other.BeginWindow().Equals(step.Observation));
            other.EndWindow();
        }
    }
}
