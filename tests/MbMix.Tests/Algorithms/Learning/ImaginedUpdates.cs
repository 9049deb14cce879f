using MbMix.Algo.MBMIX;
using MbMix.Model.Sobolev;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>Further updates of MB-MIX's actor, along the model's gradient alone.</summary>
public sealed class ImaginedUpdates
{
    private const int Iterations = 12;

    [Fact]
    public void Their_updates_and_steps_are_counted()
    {
        var last = Run(o => (o.ImaginedUpdates, o.ImaginedRollouts, o.ImaginedHorizon) = (3, 5, 7))[^1];
        Assert.Equal(4 * Iterations, last.Costs.PolicyUpdates);
        Assert.Equal(3 * 5 * 7 * Iterations, last.Costs.ModelSteps);
    }

    [Fact]
    public void So_small_that_they_move_nothing_they_leave_MIX_as_it_is()
    {
        // with moments of its own, the actor's optimizer does not notice them
        double[] mix = Losses(o => o.Rollouts = RolloutSource.Env);
        double[] tiny = Losses(o => (o.ImaginedUpdates, o.ImaginedRate) = (3, 1e-9));
        double[] full = Losses(o => o.ImaginedUpdates = 3);
        Assert.All(mix.Zip(tiny), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Abs(pair.First)));
        Assert.Contains(mix.Zip(full), pair => Math.Abs(pair.First - pair.Second) > 0.02 * Math.Abs(pair.First));
    }

    [Fact]
    public void The_critic_learns_from_their_rollouts_on_request()
    {
        void Tiny(MbMixOptions o) => (o.ImaginedUpdates, o.ImaginedRate) = (2, 1e-9);
        double[] without = Losses(Tiny), with = Losses(o =>
        {
            Tiny(o);
            o.ImaginedCriticPasses = 3;
        });
        Assert.Contains(without.Zip(with), pair => Math.Abs(pair.First - pair.Second) > 0.02 * Math.Abs(pair.First));
    }

    [Fact]
    public void A_model_that_explains_too_little_gives_none_and_leaves_MIX_as_it_is()
    {
        using var env = Training.CartPole();
        using var model = new SobolevMlp(
            new SobolevMlpOptions { Hidden = [8], MinimumTransitions = 32 }, Training.ModelContext(env));
        var untrusted = Run(env, model, o => (o.ImaginedUpdates, o.ImaginedMaxError, o.ModelUpdates) = (3, 0, 1));
        var mix = Run(env, model, o => o.Rollouts = RolloutSource.Env);
        Assert.True(untrusted[^1].Costs.ModelUpdates > 0);
        Assert.Equal(Iterations, untrusted[^1].Costs.PolicyUpdates);
        Assert.Equal(ActorLosses(mix), ActorLosses(untrusted));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Through_an_exact_model_they_learn_faster_than_MIX_alone(long seed)
    {
        double Return(Action<MbMixOptions> change)
        {
            const int Updates = 20;
            using var env = new LearningPredictiveMass();
            using var model = new ExactModel(Training.ModelContext(env));
            var options = Options();
            (options.ActorLearningRate, options.CriticPasses) = (3e-3, 4);
            change(options);
            var context = LearningOptimizers.Context(env, seed, options.Environments * options.Horizon * Updates);
            using var optimizer = MbMixAlgorithmPlugin.Create(options, context with { Model = model });
            for (int i = 0; i < Updates; i++) optimizer.Iterate(TestContext.Current.CancellationToken);
            return LearningOptimizers.Evaluate(env, optimizer.Policy);
        }
        double mix = Return(o => o.Rollouts = RolloutSource.Env), imagined = Return(o => o.ImaginedUpdates = 4);
        Assert.True(imagined > 0.5 * mix, $"return {imagined:F2} with four imagined updates, {mix:F2} without");
    }

    private static double[] Losses(Action<MbMixOptions> change) => ActorLosses(Run(change));

    private static double[] ActorLosses(IEnumerable<IterationReport> reports) =>
        [.. reports.Select(r => r.Metrics.Single(m => m.Name == "loss/actor").Value)];

    private static List<IterationReport> Run(Action<MbMixOptions> change)
    {
        using var env = Training.CartPole();
        using var model = new ExactModel(Training.ModelContext(env));
        return Run(env, model, change);
    }

    private static List<IterationReport> Run(
        IDifferentiableEnv env, IDynamicsModel model, Action<MbMixOptions> change)
    {
        var options = Options();
        change(options);
        using var optimizer = MbMixAlgorithmPlugin.Create(
            options, Training.Context(env, options.Environments * options.Horizon * Iterations, model));
        return [.. Enumerable.Range(0, Iterations).Select(_ => optimizer.Iterate(TestContext.Current.CancellationToken))];
    }

    // the environment's update is that of MIX
    private static MbMixOptions Options() => new()
    {
        Environments = 8,
        Horizon = 10,
        ActorHidden = [16],
        CriticHidden = [16],
        ModelWarmup = 1,
        Beta = 0,
        FinalBeta = 0,
        ImaginedHorizon = 10,
        ImaginedRollouts = 8,
    };
}
