using MbMix.Studies;
using MbMix.Studies.GradientVariance;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Studies;

[Collection(HostRuns.Collection)]
public sealed class GradientDraws
{
    private static readonly GradientVarianceOptions Options = new()
    {
        Environments = 4,
        TrainHorizon = 6,
        Horizons = [3, 6],
        Lambdas = [0, 0.9],
        Draws = 8,
        ActorHidden = [8],
        CriticHidden = [8],
    };

    [Fact]
    public void Moments_are_those_of_the_numbers()
    {
        var moments = new GradientMoments(4);
        float[][] gradients = [[1, 0], [3, 0], [0, 2], [4, 6]];
        for (int i = 0; i < 4; i++) moments.Add(i, gradients[i]);

        // means 2 and 2; squares about them 1+1+4+4 = 10 and 4+4+0+16 = 24, over 3
        Assert.Equal(34.0 / 3, moments.Trace, 1e-12);
        Assert.Equal(8 - (34.0 / 12), moments.SquaredMean, 1e-12);
        Assert.Equal([2.0, 0.0], moments.Reference.ToArray());
        Assert.Equal((0 + (4 / Math.Sqrt(52))) / 2, moments.MeanCosine, 1e-12);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_left_out_and_counted()
    {
        var moments = new GradientMoments(4);
        float[][] gradients = [[1], [3], [float.NaN], [5]];
        for (int i = 0; i < 4; i++) moments.Add(i, gradients[i]);
        Assert.Equal(1, moments.Dropped);
        Assert.Equal(4, moments.Trace, 1e-12);
        Assert.Equal(1, moments.MeanCosine, 1e-12);
    }

    [Fact]
    public void A_short_window_cut_from_a_long_one_has_the_gradient_of_a_short_one()
    {
        using var env = new LearningPointMass();
        using var learner = new MixLearner(Options, env, 1);
        learner.Train();
        float[] Gradient(params (int, double)[] objectives)
        {
            float[] found = [];
            learner.Draw(objectives, 1, (_, k, g) => found = k == 0 ? g.ToArray() : found);
            return found;
        }
        float[] alone = Gradient((3, 1)), cut = Gradient((3, 1), (6, 1)), longer = Gradient((6, 1));
        for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i], cut[i], 1e-6f);
        Assert.Contains(alone.Zip(longer), p => Math.Abs(p.First - p.Second) > 1e-4);
    }

    [Fact]
    public void Drawing_changes_nothing_of_the_training()
    {
        using var env = new LearningPointMass();
        float[] After(bool draw)
        {
            using var learner = new MixLearner(Options, env, 2);
            learner.Train();
            if (draw) GradientVarianceStudy.Measure(Options, learner, [0.9, 1], 2);
            learner.Train();
            float[] found = [];
            learner.Draw([(6, 1)], 1, (_, _, g) => found = g.ToArray());
            return found;
        }
        Assert.Equal(After(draw: false), After(draw: true));
    }

    [Fact]
    public void Every_draw_has_noise_of_its_own_and_one_objective_twice_is_the_same()
    {
        using var env = new LearningPointMass();
        using var learner = new MixLearner(Options, env, 3);
        var points = GradientVarianceStudy.Measure(Options, learner, [0, 0.9, 1], 3);
        Assert.Equal(6, points.Count);
        Assert.All(points, p => Assert.True(p.Trace > 0 && p.Dropped == 0));

        // SHAC's cosine to itself is the mean over the second half but its first draw; the same draws give nearly the same
        var shac = points.Single(p => p is { Horizon: 6, Lambda: 1 });
        Assert.Equal(shac.Cosine, shac.CosineToShac, 0.2);
        Assert.Equal(points, GradientVarianceStudy.Measure(Options, learner, [0, 0.9, 1], 3));
    }
}
