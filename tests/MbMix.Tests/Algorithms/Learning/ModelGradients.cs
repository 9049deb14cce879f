using System.ComponentModel.DataAnnotations;
using MbMix.Algo.MBMIX;
using MbMix.Model.Sobolev;
using MbMix.Tests.Support;

namespace MbMix.Tests.Learning;

/// <summary>What MB-MIX says of its model, and how the model's weight goes.</summary>
public sealed class ModelGradients
{
    private const int Iterations = 10;

    [Fact]
    public void The_exact_models_gradient_is_the_environments()
    {
        var cosines = Column(exact: true, "model/gradient-cosine", o => o.ModelCheckEvery = 3);
        for (int i = 0; i < Iterations; i++)
        {
            if (i % 3 == 0) Assert.Equal(1, cosines[i], 1e-6);
            else Assert.True(double.IsNaN(cosines[i]));
        }
    }

    [Fact]
    public void An_untrained_models_gradient_is_not()
    {
        var cosines = Column(exact: false, "model/gradient-cosine", o => (o.ModelCheckEvery, o.ModelWarmup, o.ModelUpdates) = (1, 1, 1));
        Assert.All(cosines, cosine => Assert.InRange(cosine, -1, 1));
        Assert.InRange(cosines.Average(), -1, 0.9);
    }

    [Fact]
    public void Looking_at_the_model_changes_nothing()
    {
        var (with, without) = (Column(exact: false, "loss/critic", o => o.ModelCheckEvery = 1), Column(exact: false, "loss/critic", o => o.ModelCheckEvery = 0));
        Assert.Equal(without, with);
    }

    [Fact]
    public void The_models_weight_falls_from_beta_to_final_beta()
    {
        var betas = Column(exact: true, "model/beta", o => (o.Beta, o.FinalBeta) = (0.8, 0.3));
        for (int i = 0; i < Iterations; i++) Assert.Equal(0.8 - (0.5 * i / Iterations), betas[i], 1e-12);
    }

    [Fact]
    public void Before_it_is_measured_the_model_weighs_nothing()
    {
        // ten iterations are not enough to weigh it: the policy's numbers are those of MIX, to the bit
        var (both, env) = (Column(exact: true, "loss/actor", o => o.Weighting = ModelWeighting.Measured), Column(exact: true, "loss/actor", o => o.Rollouts = RolloutSource.Env));
        Assert.Equal(env, both);
        Assert.All(Column(exact: true, "model/beta", o => o.Weighting = ModelWeighting.Measured)[..^1], beta => Assert.Equal(0, beta));
    }

    [Fact]
    public void An_exact_model_is_found_to_agree_and_weighs_more_than_an_untrained_one()
    {
        const int Long = 40;
        double[] Last(bool exact, string metric) => Column(exact, metric, o => (o.Weighting, o.ModelRollouts, o.ModelWarmup, o.ModelUpdates) = (ModelWeighting.Measured, 64, 1, 0), Long)[^10..];
        Assert.True(Last(exact: true, "model/agreement").Min() > Last(exact: false, "model/agreement").Max() + 0.2);
        Assert.All(Last(exact: true, "gradient/noise-share"), share => Assert.InRange(share, 0.001, 0.999));
        Assert.True(Last(exact: true, "model/beta").Min() > 2 * Last(exact: false, "model/beta").Max());
    }

    [Theory]
    [InlineData(ModelStarts.First, true)]
    [InlineData(ModelStarts.Window, false)]
    public void From_the_first_states_an_exact_model_has_the_environments_objective(ModelStarts starts, bool same)
    {
        // no noise to speak of, so that both do the same
        void Quiet(MbMixOptions o) => (o.ModelStarts, o.InitialLogStd, o.RewardScale) = (starts, -20, 3);
        var (imagined, real) = (Column(exact: true, "loss/actor-model", Quiet), Column(exact: true, "loss/actor", Quiet));
        Assert.Equal(same, imagined.Zip(real).All(pair => Math.Abs(pair.First - pair.Second) < 1e-4 * Math.Abs(pair.Second)));
    }

    [Theory]
    [InlineData(1, RolloutSource.Both, ModelWeighting.Measured, false)]
    [InlineData(1, RolloutSource.Both, ModelWeighting.Scheduled, true)]
    [InlineData(1, RolloutSource.Env, ModelWeighting.Measured, true)]
    [InlineData(2, RolloutSource.Both, ModelWeighting.Measured, true)]
    public void One_environment_has_nothing_to_be_compared_with(int environments, RolloutSource rollouts, ModelWeighting weighting, bool valid)
    {
        var options = new MbMixOptions { Environments = environments, Rollouts = rollouts, Weighting = weighting };
        var errors = new List<ValidationResult>();
        Assert.Equal(valid, Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true));
        Assert.All(errors, e => Assert.Contains("at least 2", e.ErrorMessage));
    }

    private static double[] Column(bool exact, string metric, Action<MbMixOptions> change, int iterations = Iterations)
    {
        using var env = Training.CartPole();
        using IDynamicsModel model = exact
            ? new ExactModel(Training.ModelContext(env))
            : new SobolevMlp(new SobolevMlpOptions { Hidden = [8], MinimumTransitions = 32 }, Training.ModelContext(env));
        var options = new MbMixOptions
        {
            Environments = 8,
            Horizon = 4,
            ActorHidden = [16],
            CriticHidden = [16],
            ModelRollouts = 8,
            ModelHorizon = 4,
            ModelWarmup = 2,
            ModelUpdates = 2,
            ModelBatch = 16,
        };
        change(options);
        using var optimizer = MbMixAlgorithmPlugin.Create(options, Training.Context(env, 8 * 4 * iterations, model));
        return [.. Enumerable.Range(0, iterations).Select(_ => optimizer.Iterate(CancellationToken.None).Metrics.Single(m => m.Name == metric).Value)];
    }
}
