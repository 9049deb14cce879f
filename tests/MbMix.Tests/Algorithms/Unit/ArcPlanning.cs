using MbMix.Algo.LOOP;
using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>The planner of LOOP against closed forms, on s' = s + a with r = -(s'^2 + cost a^2).</summary>
public sealed class ArcPlanning
{
    [Fact]
    public void Candidates_count_by_their_scores()
    {
        var weights = new double[3];
        ArcPlanner.Weights([0, 1, 2], 1, normalize: false, weights);
        Assert.Equal([0.0900, 0.2447, 0.6652], weights.Select(w => Math.Round(w, 4)));
        float[] plan = [0], variance = [0.25f];
        ArcPlanner.Update([-0.5f, 0, 0.5f], weights, 0.1, plan, variance);
        Assert.Equal(0.28761, plan[0], 1e-5);
        Assert.Equal(0.12049, variance[0], 1e-5);
        variance = [0.25f];
        ArcPlanner.Update([-0.5f, 0, 0.5f], weights, 0, plan, variance);
        Assert.Equal(0.10610, variance[0], 1e-5);
    }

    [Theory]
    [InlineData(1, new float[] { 0, 100 }, new[] { 0.0, 1.0 })]
    [InlineData(0, new float[] { 3, -7, 100 }, new[] { 1 / 3.0, 1 / 3.0, 1 / 3.0 })]
    [InlineData(1e6, new float[] { 3, 4, -7 }, new[] { 0.0, 1.0, 0.0 })]
    [InlineData(1, new[] { float.NaN, 2, float.NegativeInfinity, 2 }, new[] { 0, 0.5, 0, 0.5 })]
    [InlineData(1, new[] { float.NaN, float.NaN }, new[] { 0.5, 0.5 })]
    public void Weights_are_probabilities_at_every_scale(double kappa, float[] scores, double[] expected)
    {
        var weights = new double[scores.Length];
        ArcPlanner.Weights(scores, kappa, normalize: false, weights);
        for (int c = 0; c < expected.Length; c++) Assert.Equal(expected[c], weights[c], 1e-12);
    }

    [Fact]
    public void Normalized_scores_do_not_depend_on_the_scale_of_rewards()
    {
        double[] small = new double[3], large = new double[3];
        ArcPlanner.Weights([0, 1, 3], 2, normalize: true, small);
        ArcPlanner.Weights([-50, 50, 250], 2, normalize: true, large);
        for (int c = 0; c < 3; c++) Assert.Equal(small[c], large[c], 1e-6);
    }

    [Fact]
    public void A_plan_moves_on_by_one_step_and_repeats_its_last_action()
    {
        float[] one = [1, 2, 3], two = [1, 10, 2, 20, 3, 30];
        ArcPlanner.Shift(one, 1);
        ArcPlanner.Shift(two, 2);
        Assert.Equal([2, 3, 3], one);
        Assert.Equal([2, 20, 3, 30, 3, 30], two);
    }

    [Fact]
    public void Two_deviations_stay_within_the_bounds()
    {
        Assert.Equal(0.05, Math.Sqrt(ArcPlanner.Limit(0.9f, 0.25f)), 1e-6);
        Assert.Equal(0.05, Math.Sqrt(ArcPlanner.Limit(-0.9f, 0.25f)), 1e-6);
        Assert.Equal(0.25f, ArcPlanner.Limit(0, 0.25f));
        Assert.Equal(0.01f, ArcPlanner.Limit(0, 0.01f));
        Assert.Equal(0, ArcPlanner.Limit(1, 0.25f));
    }

    [Fact]
    public void Nothing_counts_after_the_end_of_the_task()
    {
        using var scope = torch.NewDisposeScope();
        // the first lane goes beyond the wall with its first action, the second stays
        using var env = new DriftEnv { Reward = 1, Wall = 1.2 };
        using var model = new DriftModel();
        var planner = new ArcPlanner(new LoopOptions { Gamma = 1, PlanParticles = 2 }, env, new(model), 2, 0);
        var guides = new ArcGuides(Still, (o, a) => torch.full([o.size(0)], 100f), a => a);
        Tensor state = TensorSpans.From([1f, 0f], 2, 1);
        Assert.Equal([1, 102], planner.Scores(state, state, [0.5f, -0.5f, -0.5f, 0.5f, 0, 0], 1, guides, 0));
        // and a discount weighs rewards and value
        var discounting = new ArcPlanner(new LoopOptions { Gamma = 0.5, PlanParticles = 2 }, env, new(model), 2, 0);
        Assert.Equal([1, 26.5f], discounting.Scores(state, state, [0.5f, -0.5f, -0.5f, 0.5f, 0, 0], 1, guides, 0));
    }

    [Fact]
    public void The_score_is_that_of_the_sequence()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv(cost: 0.5);
        using var model = new DriftModel();
        var planner = new ArcPlanner(new LoopOptions { Gamma = 0.9, RewardScale = 2 }, env, new(model), 1, 0);
        var guides = new ArcGuides(Still, (o, a) => ((10 * o) + a).squeeze(1), a => a);
        Tensor state = TensorSpans.From([1f], 1, 1);
        float[] sequences = [-0.5f, -0.25f, 0.4f, 0, 0, 0];
        var scores = planner.Scores(state, state, sequences, 2, guides, 0);
        Assert.Equal(2 * (-(0.25 + 0.125) - (0.9 * (0.0625 + 0.03125))) + (0.81 * (2.5 + 0.4)), scores[0], 1e-5);
        Assert.Equal((2 * (-1 - 0.9)) + (0.81 * 10), scores[1], 1e-5);
    }

    [Fact]
    public void With_one_planned_action_it_samples_the_best_by_value()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv();
        using var model = new DriftModel();
        var options = new LoopOptions { PlanHorizon = 1, ActorShare = 0, Kappa = 1e4 };
        var planner = new ArcPlanner(options, env, new(model), 1, 3);
        var guides = new ArcGuides(Still, (_, a) => -(a - 0.3).square().squeeze(1), a => a);
        Tensor state = TensorSpans.From([1f], 1, 1);
        Assert.Equal(0.3, planner.Act(state, state, guides, 0, explore: false).item<float>(), 0.02);
        Assert.Equal(0, planner.ModelSteps);
    }

    [Fact]
    public void With_a_perfect_model_and_exact_values_it_is_the_linear_quadratic_regulator()
    {
        using var scope = torch.NewDisposeScope();
        const double cost = 0.5, gamma = 0.95;
        // V(s) = -p s^2, where p = q cost / (q + cost) and q = 1 + gamma p
        double p = 0;
        for (int i = 0; i < 1000; i++)
        {
            double q = 1 + (gamma * p);
            p = q * cost / (q + cost);
        }
        double slope = 1 + (gamma * p), gain = -slope / (slope + cost);
        using var env = new DriftEnv(cost: cost);
        using var model = new DriftModel();
        // weights of kappa = 1 would be nearly uniform for costs as small as these
        var options = new LoopOptions { Gamma = gamma, Kappa = 100, PlanParticles = 1 };
        var planner = new ArcPlanner(options, env, new(model), 20, 1);
        var guides = new ArcGuides(
            Still, (o, a) => -((slope * (o + a).square()) + (cost * a.square())).squeeze(1), a => a);
        Tensor state = (new CounterRandom(1, "states").UniformTensor(0, 20, 1) * 2) - 1;
        var action = planner.Act(state, state, guides, 0, explore: false).Values<float>();
        for (int i = 0; i < 20; i++) Assert.Equal(gain * state.Values<float>()[i], action[i], 0.05);
    }

    [Fact]
    public void Without_weights_the_plan_is_the_mean_of_all_candidates_the_actors_too()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv();
        using var model = new DriftModel();
        var planner = new ArcPlanner(new LoopOptions { Kappa = 0, PlanIterations = 1 }, env, new(model), 1, 3);
        var guides = new ArcGuides(o => torch.ones_like(o), (o, _) => torch.zeros(o.size(0)), a => a);
        Tensor state = TensorSpans.From([0f], 1, 1);
        double sum = 0;
        for (int i = 0; i < 200; i++)
        {
            planner.Restart(0);
            sum += planner.Act(state, state, guides, i, explore: false).item<float>() / 200;
        }
        // draws around 0 average out, with a deviation of 0.003
        Assert.Equal(5.0 / 105, sum, 0.012);
        Assert.Equal(5.0 / 105, planner.ActorWeight, 1e-9);
    }

    [Fact]
    public void Lanes_planned_together_and_alone_are_the_same()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv(cost: 0.1);
        using var model = new DriftModel(0.05);
        var guides = new ArcGuides(o => (o * -0.5).clamp(-1, 1), (o, a) => -(o + a).square().squeeze(1), a => a);
        var options = new LoopOptions();
        Tensor state = TensorSpans.From([0.5f, -0.3f, 0.9f, 0f], 4, 1);
        var together = new ArcPlanner(options, env, new(model), 4, 7);
        ArcPlanner[] alone =
        [
            .. Enumerable.Range(0, 4).Select(b => new ArcPlanner(options, env, new(model), 1, 7) { FirstLane = b }),
        ];
        for (int i = 0; i < 3; i++)
        {
            // a lane begins anew on its own
            if (i == 2) together.Restart(1);
            if (i == 2) alone[1].Restart(0);
            var all = together.Act(state, state, guides, i).Values<float>().ToArray();
            for (int b = 0; b < 4; b++)
            {
                var own = state.narrow(0, b, 1);
                Assert.Equal(all[b], alone[b].Act(own, own, guides, i).item<float>());
            }
        }
    }

    [Fact]
    public void Candidates_are_chosen_as_often_as_they_weigh()
    {
        double[] weights = [0.1, 0, 0.25, 0.05, 0.6];
        var counts = new int[5];
        var draws = new float[10_000];
        new CounterRandom(4, "draws").Uniform(draws, 0);
        foreach (float u in draws) counts[ArcPlanner.Choose(weights, u)]++;
        Assert.Equal(0, counts[1]);
        double chi2 = 0;
        for (int c = 0; c < 5; c++)
        {
            double expected = weights[c] * draws.Length;
            if (expected > 0) chi2 += (counts[c] - expected) * (counts[c] - expected) / expected;
        }
        // three degrees of freedom: a thousandth of fair draws is above 16.27
        Assert.InRange(chi2, 0, 16.27);
        Assert.Equal(4, ArcPlanner.Choose(weights, 1f));
        Assert.Equal(0, ArcPlanner.Choose([0.5, 0.4999], 0));
    }

    [Fact]
    public void Training_acts_with_the_first_action_of_a_candidate_and_keeps_it()
    {
        using var scope = torch.NewDisposeScope();
        using var env = new DriftEnv();
        using var model = new DriftModel();
        var options = new LoopOptions { PlanHorizon = 2, PlanCandidates = 2, ActorShare = 0.5, Kappa = 1e6 };
        var planner = new ArcPlanner(options, env, new(model), 1, 3);
        // the actor's sequence is far better than any other
        var guides = new ArcGuides(
            o => torch.where(o > 1.05, 0.75f, 0.125f), (_, a) => 1e5 * (a - 0.75).abs().squeeze(1).neg(), a => a);
        Tensor state = TensorSpans.From([1f], 1, 1);
        Assert.Equal(0.125f, planner.Act(state, state, guides, 0).item<float>(), 1e-3f);
    }

    private static Tensor Still(Tensor observation) => torch.zeros_like(observation);
}
