using MbMix.Algo.LOOP;
using MbMix.Model.Sobolev;
using MbMix.Tests.Support;

namespace MbMix.Tests.Algorithms;

/// <summary>The order of things in LOOP, with a perfect model.</summary>
public sealed class LoopTrainings
{
    [Fact]
    public void The_model_is_trained_on_all_transitions_now_and_then()
    {
        using var model = new DriftModel();
        using var loop = Create(model, new() { ReplayCapacity = 60 });
        for (int i = 0; i < 6; i++) loop.Iterate(TestContext.Current.CancellationToken);
        // 20 transitions per iteration; first when 16 are there, then after each 40; the buffer holds the last 60
        Assert.Equal([(20, 0), (60, 0), (60, 40)], model.Trainings);
    }

    [Fact]
    public void Updates_follow_transitions_one_by_one()
    {
        using var model = new DriftModel();
        using var loop = Create(model, new());
        for (int i = 0; i < 4; i++)
        {
            var costs = loop.Iterate(TestContext.Current.CancellationToken).Costs;
            // learning starts with the 17th transition: the fifth step of the first iteration
            Assert.Equal(4 + (20 * i), costs.PolicyUpdates);
            Assert.Equal(0, costs.BackwardSteps);
            Assert.Equal(i > 0, costs.ModelSteps > 0);
        }
    }

    [Fact]
    public void It_learns_to_stay_where_it_costs_least()
    {
        using var model = new DriftModel();
        var options = new LoopOptions { UpdatesPerTransition = 0.5, BatchSize = 64, TargetEntropy = -2 };
        using var loop = Create(model, options, episode: 10);
        double first = double.NaN, last = double.NaN;
        for (int i = 0; i < 40; i++)
        {
            var report = loop.Iterate(TestContext.Current.CancellationToken);
            if (i == 2) first = report.Episodes.MeanReturn;
            last = report.Episodes.MeanReturn;
        }
        // random actions move far from 0, where each step costs more
        Assert.True(last > first && last > -12, $"{first} -> {last}");
        var action = new float[1];
        loop.Policy.Act([1], action);
        Assert.InRange(action[0], -1, -0.5);
    }

    [Fact]
    public void A_model_without_distributions_is_refused_in_one_line()
    {
        using var env = new LearningPredictiveMass();
        using var model = new SobolevMlp(new(), Training.ModelContext(env, 1));
        var context = LearningOptimizers.Context(env, 1, 1000) with { Model = model };
        string message = Assert.Throws<ConfigurationException>(() => LoopPlugin.Create(new(), context)).Message;
        Assert.Equal(
            "LOOP needs a model that predicts distributions, such as mbmix/ensemble-v1; mbmix/sobolev-mlp-v1 is not "
            + "one.",
            message);
    }

    private static IPolicyOptimizer Create(IProbabilisticModel model, LoopOptions options, int episode = 7)
    {
        options.Environments = 4;
        options.Horizon = 5;
        options.LearningStarts = 16;
        options.RefitEvery = 40;
        options.ActorHidden = options.CriticHidden = [32];
        (options.PlanIterations, options.PlanCandidates, options.PlanParticles) = (2, 20, 1);
        var context = LearningOptimizers.Context(new DriftEnv(episode), 3, 100_000);
        return LoopPlugin.Create(options, context with { Model = model });
    }
}
