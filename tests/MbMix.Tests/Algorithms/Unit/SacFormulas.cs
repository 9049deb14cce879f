using MbMix.Algo.SAC;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>The formulas of SAC against closed forms.</summary>
public sealed class SacFormulas
{
    // the raw deviation whose log deviation is 0
    private static readonly float Unit = MathF.Atanh(-SquashedGaussian.LowestLogStd / 3.5f - 1);

    [Theory]
    [InlineData(0, -0.918939)]
    [InlineData(1, -0.551377)]
    [InlineData(10, -32.305233)]
    [InlineData(-10, -32.305233)]
    public void The_log_probability_of_a_standard_normal_is_exact(float u, double expected)
    {
        var (_, log) = Sample(0, Unit, u);
        Assert.Equal(expected, log.item<float>(), 1e-4);
    }

    [Fact]
    public void Far_out_it_stays_finite_and_so_does_its_gradient()
    {
        using var outputs = TensorSpans.From([50f, Unit], 1, 2).requires_grad_(true);
        using var noise = torch.zeros(1, 1);
        var sample = new SquashedGaussian().Apply(outputs, noise);
        Assert.True(float.IsFinite(sample[1].item<float>()));
        Backward.Run(sample[1].sum() + sample[0].sum());
        Assert.True(outputs.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.7, -1)]
    [InlineData(-1.5, 0.5)]
    public void Probabilities_of_squashed_actions_sum_to_one(double mean, double logStd)
    {
        float raw = MathF.Atanh((float)((logStd - SquashedGaussian.LowestLogStd) / 3.5) - 1);
        double std = Math.Exp(logStd), width = 16.0 / 2000, sum = 0;
        for (int i = -1000; i <= 1000; i++)
        {
            // the integral over actions a = tanh(u), taken along u, because the density may be steep near -1 and 1
            double u = mean + (std * i * width / 2), slope = 1 / Math.Pow(Math.Cosh(u), 2);
            double log = Sample((float)mean, raw, (float)((u - mean) / std)).LogProbability.item<float>();
            sum += Math.Exp(log) * slope * std * width / 2;
        }
        Assert.Equal(1, sum, 1e-3);
    }

    [Fact]
    public void Its_derivatives_are_those_of_differences()
    {
        using var scope = torch.NewDisposeScope();
        float[] values = [0.3f, -0.8f, 0.4f, -1.2f];
        using var noise = TensorSpans.From([0.7f, -1.3f], 1, 2);
        double Loss(float[] v)
        {
            var s = new SquashedGaussian().Apply(TensorSpans.From(v, 1, 4), noise);
            return (s[0] * TensorSpans.From([2f, -3f], 1, 2)).sum().item<float>() + (1.5 * s[1].item<float>());
        }
        var outputs = TensorSpans.From(values, 1, 4).requires_grad_(true);
        var sample = new SquashedGaussian().Apply(outputs, noise);
        Backward.Run((sample[0] * TensorSpans.From([2f, -3f], 1, 2)).sum() + (sample[1] * 1.5).sum());
        var gradient = outputs.grad!.Values<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            float[] high = [.. values], low = [.. values];
            high[i] += 1e-2f;
            low[i] -= 1e-2f;
            Assert.Equal((Loss(high) - Loss(low)) / 2e-2, gradient[i], 2e-3);
        }
    }

    [Theory]
    [InlineData(0, 11.197)]
    [InlineData(1, 1)]
    public void The_target_is_soft_and_ends_where_the_task_does(float terminated, double expected)
    {
        using var scope = torch.NewDisposeScope();
        Tensor One(double value) => TensorSpans.From([(float)value], 1);
        var worst = torch.minimum(One(10), One(12));
        var target = SoftActorCritic.SoftTarget(One(1), One(terminated), worst, One(-1.5), 0.99, 0.2);
        Assert.Equal(expected, target.item<float>(), 1e-4);
    }

    [Fact]
    public void On_a_chain_of_two_states_the_critics_reach_its_soft_values()
    {
        // from -1 to 1 with reward 1, and back with none, whatever the action; the policy is the untrained one
        const double gamma = 0.9, alpha = 0.2;
        var options = new SacOptions
        {
            Gamma = gamma,
            InitialTemperature = alpha,
            NormalizeObservations = false,
            ActorHidden = [16],
            CriticHidden = [32, 32],
            CriticLearningRate = 1e-3,
            Tau = 0.05,
        };
        using var scope = torch.NewDisposeScope();
        using var env = new BanditEnv();
        using var envs = new VectorEnv(env, 1, 0);
        using var agent = new SoftActorCritic(options, env.Spec, 1, "test");
        var (clock, random, actions) = (new PhaseClock(envs), new CounterRandom(2, "noise"), new CounterRandom(2, "actions"));
        double Entropy(float state)
        {
            var (_, log) = agent.Actor.FrozenSample(torch.full([100_000, 1], state), random.NormalTensor(0, 100_000, 1));
            return -log.mean().item<float>();
        }
        // Q(-1) = 1 + gamma (Q(1) + alpha H(1)),  Q(1) = gamma (Q(-1) + alpha H(-1))
        double left = (1 + (gamma * alpha * (Entropy(1) + (gamma * Entropy(-1))))) / (1 - (gamma * gamma));
        double right = gamma * (left + (alpha * Entropy(-1)));

        var state = torch.cat([torch.full([64, 1], -1f), torch.full([64, 1], 1f)]);
        Tensor next = -state, reward = (1 - state.squeeze(1)) / 2, none = torch.zeros(128);
        for (int i = 1; i <= 4000; i++)
        {
            using var inner = torch.NewDisposeScope();
            var action = actions.UniformTensor(i, 128, 1).mul_(2).sub_(1);
            agent.UpdateCritics(state, action, agent.Target(reward, none, next, random.NormalTensor(i, 128, 1)), clock);
            agent.UpdateTargets();
        }
        var values = agent.Value(state, torch.zeros(128, 1));
        Assert.Equal(left, values[0].item<float>(), 0.1);
        Assert.Equal(right, values[127].item<float>(), 0.1);
    }

    [Fact]
    public void A_bandit_is_solved()
    {
        // r = -(a - 0.3)^2, every episode one step long
        using var optimizer = Bandit(new() { InitialTemperature = 1e-3, TemperatureLearningRate = 0 });
        for (int i = 0; i < 2000 / 64 + 2; i++) optimizer.Iterate(CancellationToken.None);
        var action = new float[1];
        optimizer.Policy.Act([0], action);
        Assert.Equal(0.3, action[0], 0.02);
    }

    [Fact]
    public void The_temperature_finds_the_target_entropy()
    {
        using var optimizer = Bandit(new() { TargetEntropy = -1, TemperatureLearningRate = 3e-3 });
        double entropy = 0;
        for (int i = 0; i < 60; i++)
        {
            var report = optimizer.Iterate(CancellationToken.None);
            if (i >= 50) entropy += report.Metrics.Single(m => m.Name == "policy/entropy").Value / 10;
        }
        Assert.Equal(-1, entropy, 0.1);
    }

    [Fact]
    public void The_buffer_keeps_the_observation_before_a_reset_and_no_termination_at_a_time_limit()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new CountingEnv();
        using var envs = new VectorEnv(env, 1, 0);
        var table = new ReplayTable(100, new("observation", 1), new("nextObservation", 1), new("terminated"));
        var observation = envs.BeginWindow();
        for (int t = 0; t < 7; t++)
        {
            var step = envs.Step(torch.zeros(1, 1));
            table.Add([observation, step.FinalObservation, TensorSpans.From([envs.Terminated[0] ? 1f : 0f], 1)]);
            observation = step.Observation;
        }
        envs.EndWindow();
        var all = table.Sample(500, new CounterRandom(1, "test"), 0);
        for (int i = 0; i < 500; i++)
        {
            float before = all[0].Values<float>()[i], after = all[1].Values<float>()[i];
            Assert.Equal(before + 1, after);
            Assert.Equal(0, all[2].Values<float>()[i]);
        }
    }

    [Fact]
    public void Updates_follow_transitions_one_by_one()
    {
        using var optimizer = Bandit(new() { UpdatesPerTransition = 1, LearningStarts = 64, Horizon = 10 });
        long before = 0;
        for (int i = 0; i < 11; i++)
        {
            var report = optimizer.Iterate(CancellationToken.None);
            // the first block of 80 transitions has no policy to update until 64 of them are there
            if (i == 0) before = report.Costs.PolicyUpdates;
            else Assert.Equal(before + (80 * i), report.Costs.PolicyUpdates);
        }
    }

    private static (Tensor Action, Tensor LogProbability) Sample(float mean, float raw, float noise)
    {
        using var outputs = TensorSpans.From([mean, raw], 1, 2);
        using var z = TensorSpans.From([noise], 1, 1);
        var sample = new SquashedGaussian().Apply(outputs, z);
        return (sample[0], sample[1]);
    }

    private static IPolicyOptimizer Bandit(SacOptions options)
    {
        options.Gamma = 0;
        options.NormalizeObservations = false;
        options.ActorHidden = options.CriticHidden = [32, 32];
        options.ActorLearningRate = options.CriticLearningRate = 3e-3;
        if (options.LearningStarts == 5000) options.LearningStarts = 64;
        if (options.Horizon == 16) options.Horizon = 8;
        return SacPlugin.Create(options, LearningOptimizers.Context(new BanditEnv(), 3, 100_000));
    }
}
