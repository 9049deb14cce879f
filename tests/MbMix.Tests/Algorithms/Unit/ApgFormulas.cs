using MbMix.Algo.APG;
using MbMix.Differentiation;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>
/// The objective of APG and its gradient against closed forms: s' = s + a with a = k s and r = -s'^2, from s = 1, has
/// the rewards -(1 + k)^2, -(1 + k)^4 and so on.
/// </summary>
public sealed class ApgFormulas
{
    [Theory]
    [InlineData(1, -0.25, -1.0)]
    [InlineData(2, -0.3125, -1.5)]
    [InlineData(3, -0.328125, -1.6875)]
    public void The_objective_and_its_gradient_are_exact(int horizon, double objective, double derivative)
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv();
        using var envs = new VectorEnv(env, 1, 0);
        var (sum, slope) = Window(envs, horizon, -0.5, ApgObjective.Discounted, 1);
        Assert.Equal(objective, sum, 1e-6);
        Assert.Equal(derivative, slope, 1e-6);
    }

    [Fact]
    public void No_gradient_flows_from_one_window_to_the_one_before()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv();
        using var envs = new VectorEnv(env, 1, 0);
        // in one window of two steps the second step alone would have the derivative -0.5
        Assert.Equal(-1.0, Window(envs, 1, -0.5, ApgObjective.Discounted, 1).Slope, 1e-6);
        Assert.Equal(-0.25, Window(envs, 1, -0.5, ApgObjective.Discounted, 1).Slope, 1e-6);
    }

    [Fact]
    public void No_gradient_flows_across_a_reset()
    {
        using var scope = torch.NewDisposeScope();
        // lane 0 is beyond the wall after the first step, lane 1 is not
        using var env = new DriftEnv { Starts = [2f, 0f], Wall = 2 };
        using var envs = new VectorEnv(env, 2, 0);
        var actions = new Tensor[3];
        var (rewards, flags) = Apg.Roll(
            envs, 3, (t, _) => actions[t] = torch.full([2, 1], t == 0 ? 0.5 : -0.3).requires_grad_(true), _ => { });
        Assert.Equal([true, false, false, false, false, false], flags.Done);
        Backward.Run(rewards[1].sum());
        var first = actions[0].grad!.Values<float>().ToArray();
        Assert.Equal(0f, first[0]);
        Assert.NotEqual(0f, first[1]);
        Assert.All(actions[1].grad!.Values<float>().ToArray(), g => Assert.NotEqual(0f, g));
    }

    [Theory]
    [InlineData(ApgObjective.Discounted, 3)]
    [InlineData(ApgObjective.Mean, 4)]
    public void The_discount_starts_anew_after_a_reset(ApgObjective objective, double expected)
    {
        using var scope = torch.NewDisposeScope();
        // with episodes of two steps and one discount for all four rewards it would be 1.875
        using var env = new DriftEnv(episodeLength: 2) { Reward = 1 };
        using var envs = new VectorEnv(env, 1, 0);
        Assert.Equal(expected, Window(envs, 4, -0.5, objective, 0.5).Sum, 1e-6);
    }

    [Fact]
    public void An_end_of_the_task_and_one_of_the_time_count_alike()
    {
        using var scope = torch.NewDisposeScope();
        using DriftEnv task = new() { Wall = 0.4 }, time = new(episodeLength: 1);
        using VectorEnv ending = new(task, 1, 0), running = new(time, 1, 0);
        // both episodes are one step long
        Assert.Equal(
            Window(running, 4, -0.5, ApgObjective.Discounted, 0.9),
            Window(ending, 4, -0.5, ApgObjective.Discounted, 0.9));
        Assert.Equal(4, Episodes(ending));
        Assert.Equal(4, Episodes(running));

        static long Episodes(VectorEnv envs) => envs.ReportEpisodes().Finished;
    }

    [Fact]
    public void The_gradient_through_the_cart_pole_is_that_of_differences()
    {
        const int lanes = 3, steps = 4;
        using var env = TracedEnv.Create(
            Tasks.Make("cartpole", randomStart: true),
            new TracedEnvOptions { Precision = Precision.Single },
            new EnvContext { Workers = new LearningWorkers(), Logger = NullLogger.Instance });
        using var actor = Actor(env.Spec);
        using var bounds = new ActionBounds(env.Spec.Action);
        Loss(differentiate: true);
        float[] gradient = [.. actor.Parameters.Gradients], values = [.. actor.Parameters.Values];
        var random = new CounterRandom(5, "directions");
        for (int i = 0; i < 4; i++)
        {
            // the gradient itself, and random directions with a part of it, so that there is something to compare
            var direction = new float[values.Length];
            if (i > 0) random.Normal(direction, i);
            double size = Norm(direction), norm = Norm(gradient);
            for (int j = 0; j < direction.Length; j++)
                direction[j] = (float)((size > 0 ? direction[j] / size : 0) + (gradient[j] / norm));
            double along = 0;
            for (int j = 0; j < direction.Length; j++) along += (double)gradient[j] * direction[j];
            const double step = 1e-2;
            double difference = (Moved(step) - Moved(-step)) / (2 * step);
            Assert.True(Math.Abs(difference - along) < 1e-2 * Math.Abs(along), $"{along} but {difference}");

            double Moved(double by)
            {
                for (int j = 0; j < values.Length; j++)
                    actor.Parameters.Values[j] = values[j] + (float)(by * direction[j]);
                return Loss(differentiate: false);
            }
        }

        double Loss(bool differentiate)
        {
            using var scope = torch.NewDisposeScope();
            using var envs = new VectorEnv(env, lanes, 7);
            var policy = actor.BeginWindow(
                new CounterRandom(2, "noise").NormalTensor(0, steps, lanes, actor.Actions), null, bounds);
            var (rewards, flags) = Apg.Roll(envs, steps, policy.Act, _ => { });
            var loss = Apg.Loss(rewards, flags, ApgObjective.Discounted, 0.99);
            if (differentiate) Backward.Run(loss);
            return loss.item<float>();
        }
    }

    [Fact]
    public void Descent_finds_the_best_constant_gain()
    {
        const int horizon = 20;
        const double cost = 0.5, gamma = 0.95;
        double k = -0.3;
        using var env = new DriftEnv(horizon, cost);
        using var envs = new VectorEnv(env, 1, 0);
        for (int i = 0; i < 60; i++)
        {
            using var scope = torch.NewDisposeScope();
            k += 0.05 * Window(envs, horizon, k, ApgObjective.Discounted, gamma).Slope;
        }
        double best = Enumerable.Range(0, 20_001).Select(i => -2 + (i * 1e-4)).MaxBy(Return);
        Assert.Equal(best, k, 1e-3);

        double Return(double gain)
        {
            double s = 1, sum = 0, weight = 1;
            for (int t = 0; t < horizon; t++, weight *= gamma)
            {
                double a = gain * s;
                s += a;
                sum -= weight * ((s * s) + (cost * a * a));
            }
            return sum;
        }
    }

    [Fact]
    public void The_statistics_of_the_windows_start_normalize_all_of_it()
    {
        using var env = new LearningPointMass();
        using var actor = Actor(env.Spec);
        using var bounds = new ActionBounds(env.Spec.Action);
        var normalizer = new ObservationNormalizer(env.Spec.Observation.Size);
        // statistics that differ from those of a point mass at work
        using (var rows = torch.randn(50, 3) * 3 + 1) normalizer.Update(rows);
        float[] frozen = Gradient(update: false), live = Gradient(update: true), moved = Gradient(update: false);
        Assert.Equal(frozen, live);
        Assert.NotEqual(frozen, moved);
        Assert.Equal(moved, Gradient(update: false));

        float[] Gradient(bool update)
        {
            using var scope = torch.NewDisposeScope();
            using var envs = new VectorEnv(env, 4, 7);
            using var snapshot = normalizer.Snapshot();
            actor.Parameters.ZeroGradients();
            var policy = actor.BeginWindow(
                new CounterRandom(2, "noise").NormalTensor(0, 12, 4, actor.Actions), snapshot, bounds);
            var (rewards, flags) = Apg.Roll(envs, 12, policy.Act, o =>
            {
                if (update) normalizer.Update(o);
            });
            Backward.Run(Apg.Loss(rewards, flags, ApgObjective.Discounted, 0.99));
            return actor.Parameters.Gradients.ToArray();
        }
    }

    // the sum of the weighted rewards of a window, and its derivative with respect to k
    private static (double Sum, double Slope) Window(
        VectorEnv envs, int horizon, double gain, ApgObjective objective, double gamma)
    {
        var k = torch.tensor((float)gain).requires_grad_(true);
        var (rewards, flags) = Apg.Roll(envs, horizon, (_, s) => k * s, _ => { });
        var loss = Apg.Loss(rewards, flags, objective, gamma);
        Backward.Run(loss);
        return (-loss.item<float>() * horizon, -k.grad!.item<float>() * horizon);
    }

    private static GaussianActor Actor(EnvSpec spec) => new(
        new Mlp(spec.Observation.Size, [16], spec.Action.Size, Activation.Elu, layerNorm: true), -1,
        Initialization.Uniform, new CounterRandom(3, "actor"));

    private static double Norm(float[] v) => Math.Sqrt(v.Sum(x => (double)x * x));
}
