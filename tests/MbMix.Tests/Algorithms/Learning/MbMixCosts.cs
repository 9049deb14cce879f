using MbMix.Algo.MBMIX;
using MbMix.Model.Sobolev;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>What MB-MIX writes down about its costs and its gradients.</summary>
public sealed class MbMixCosts
{
    [Fact]
    public void Every_step_derivative_and_update_is_counted_and_every_second_has_a_place()
    {
        using var env = Training.CartPole();
        using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [16], MinimumTransitions = 64, Probes = 2 }, Training.ModelContext(env));
        var options = new MbMixOptions
        {
            Environments = 8,
            Horizon = 8,
            ModelRollouts = 4,
            ModelHorizon = 6,
            ModelUpdates = 3,
            ModelWarmup = 10,
            ModelBatch = 32,
            ActorHidden = [16],
            CriticHidden = [16],
        };
        using var optimizer = MbMixAlgorithmPlugin.Create(options, Training.Context(env, 64 * 10, model));
        var first = optimizer.Iterate(TestContext.Current.CancellationToken);
        var second = optimizer.Iterate(TestContext.Current.CancellationToken);

        // the first window is enough for the warm-up, and for model rollouts right after it; products along two probes start from a forward step of their own
        Assert.Equal(new CostCounters(256, 128, 256, 0, 48, 2, 13), second.Costs);
        var seconds = second.Seconds;
        Assert.True(seconds is { Simulation: > 0, Networks: > 0, Optimizer: > 0, Model: > 0, Derivatives: > 0 });
        Assert.True(seconds.Derivatives <= seconds.Simulation);
        Assert.True(seconds.Simulation + seconds.Networks + seconds.Optimizer + seconds.Model <= seconds.Total);

        double Value(IterationReport report, string name) => report.Metrics.Single(m => m.Name == name).Value;
        Assert.True(double.IsNaN(Value(first, "gradient/cosine")));
        Assert.InRange(Value(second, "gradient/cosine"), -1, 1);
        for (int q = 1; q <= 4; q++) Assert.True(Value(second, $"gradient/actions-{q}") > 0);
        Assert.True(Value(second, "gradient/model-actions") > 0);
    }
}
