using MbMix.Algo.MBMIX;
using MbMix.Numerics;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Learning;

/// <summary>The weight of a model's gradient, on gradients whose truth, bias and noise are known.</summary>
public sealed class GradientBlends
{
    private const int Size = 400;
    private const int Environments = 8;
    private const int ModelRollouts = 64;

    [Fact]
    public void A_model_that_points_elsewhere_weighs_nothing()
    {
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 2, truth => Array.ConvertAll(truth, x => -3 * x));
        Assert.Equal(0, blend.Weight);
        Assert.Equal(-1, blend.Agreement, 0.05);
    }

    [Fact]
    public void Beside_a_gradient_without_noise_no_model_weighs_anything()
    {
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 0, truth => Shifted(truth, 0.7));
        Assert.Equal(0, blend.NoiseShare, 1e-6);
        Assert.Equal(0, blend.Weight, 1e-5);
    }

    [Fact]
    public void An_exact_model_weighs_as_many_environments_as_it_has_rollouts()
    {
        // single gradients have a noise of 2 |G|: eight environments half of |G|², 24 rollouts a sixth
        var random = new CounterRandom(3, "model");
        long draw = 0;
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 2, truth => Noisy(truth, 2 / Math.Sqrt(24), random, draw++));
        Assert.Equal(3, blend.Weight, 0.5);
        Assert.Equal(1 / Math.Sqrt(1 + (4.0 / 24)), blend.Agreement, 0.05);
        Assert.Equal(0.5 / 1.5, blend.NoiseShare, 0.03);
    }

    [Fact]
    public void The_weight_never_passes_the_ratio_of_rollouts()
    {
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 2, truth => truth);
        Assert.InRange(blend.Weight, 6, 8);
    }

    [Theory]
    [InlineData(8, 0.0)]
    [InlineData(8, 0.5)]
    [InlineData(3, 0.0)]
    [InlineData(3, 0.5)]
    [InlineData(2, 0.0)]
    public void No_other_weight_has_a_smaller_error(int environments, double shared)
    {
        // the model has a bias, and a share of the noise of the environments it starts from
        const double Noise = 3;
        var truth = Truth();
        var random = new CounterRandom(5, "environments");
        var blend = new GradientBlend(environments, 10_000);
        var iterations = Enumerable.Range(0, 1500).Select(i => Draw(blend, Noise, random, i, environments)).ToArray();
        double[] Model(int i)
        {
            var half = blend.Signs.Select((sign, lane) => (sign, lane)).Where(x => x.sign == GradientBlend.HalfOf(i)).Select(x => iterations[i].Singles[x.lane]).ToArray();
            return [.. Shifted(truth, 1.5).Select((m, k) => m + (shared * (half.Average(single => single[k]) - truth[k])))];
        }
        for (int i = 0; i < 1000; i++) Assert.True(blend.Observe(Floats(iterations[i].E), Floats(iterations[i].D), Floats(Model(i)), GradientBlend.HalfOf(i)));
        double weight = blend.Weight;

        // squared error of e + w m, at its best length: 1 - (E[x·G])² / (|G|² E|x|²)
        double Error(double w)
        {
            double along = 0, length = 0;
            for (int i = 1000; i < 1500; i++)
            {
                var m = Model(i);
                for (int k = 0; k < Size; k++)
                {
                    double sum = iterations[i].E[k] + (w * m[k]);
                    along += sum * truth[k];
                    length += sum * sum;
                }
            }
            return 1 - (along * along / (500 * truth.Sum(t => t * t) * length));
        }
        double best = Error(weight);
        Assert.True(best < Error(0.6 * weight) && best < Error(1.6 * weight), $"{weight}: {Error(0.6 * weight)}, {best}, {Error(1.6 * weight)}");
        Assert.True(best < Error(0));
    }

    [Fact]
    public void A_model_with_the_environments_own_noise_weighs_little()
    {
        // m is what the half it starts from adds to e: exact, but it tells nothing that e does not
        var blend = new GradientBlend(Environments, ModelRollouts);
        var random = new CounterRandom(5, "environments");
        for (int i = 0; i < 600; i++)
        {
            var (e, d, singles) = Draw(blend, 2, random, i, Environments);
            float half = GradientBlend.HalfOf(i);
            double[] m = [.. Enumerable.Range(0, Size).Select(k => singles.Where((_, lane) => blend.Signs[lane] == half).Average(single => single[k]))];
            blend.Observe(Floats(e), Floats(d), Floats(m), half);
        }
        Assert.Equal(0, blend.Weight, 0.1);
        Assert.Equal(1 / Math.Sqrt(2), blend.Agreement, 0.05);
    }

    [Fact]
    public void Where_no_signal_is_seen_the_model_weighs_nothing()
    {
        // with turned signs it is longer than without: the estimated |G|² is negative; that m agrees with e says nothing then
        var blend = new GradientBlend(Environments, ModelRollouts);
        for (int i = 0; i < 40; i++) Assert.True(blend.Observe([1, 0], [0, 2], [1, 0], GradientBlend.HalfOf(i)));
        Assert.True(double.IsNaN(blend.Agreement));
        Assert.True(blend.NoiseShare > 1);
        Assert.Equal(0, blend.Weight);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_left_out()
    {
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 2, truth => Shifted(truth, 1));
        double before = blend.Weight;
        Assert.True(before > 0);
        float[] fine = [1, 2], wrong = [1, float.NaN];
        Assert.False(blend.Observe(fine, fine, wrong, 1));
        Assert.False(blend.Observe(wrong, fine, fine, 1));
        Assert.False(blend.Observe([0, 0], [0, 0], [0, 0], 1));
        Assert.Equal(before, blend.Weight);
    }

    [Fact]
    public void A_checkpoint_brings_it_back()
    {
        var blend = Observe(new GradientBlend(Environments, ModelRollouts), noise: 2, truth => Shifted(truth, 1));
        var checkpoint = new LearningCheckpoint();
        blend.Save(checkpoint);
        var loaded = new GradientBlend(Environments, ModelRollouts);
        loaded.Load(checkpoint);
        Assert.Equal((blend.Weight, blend.Agreement, blend.NoiseShare), (loaded.Weight, loaded.Agreement, loaded.NoiseShare));
    }

    /// <summary>Some hundred iterations of environments whose single gradients have a noise of so many lengths of the truth.</summary>
    private static GradientBlend Observe(GradientBlend blend, double noise, Func<double[], double[]> model)
    {
        var truth = Truth();
        var random = new CounterRandom(1, "environments");
        for (int iteration = 0; iteration < 600; iteration++)
        {
            var (e, d, _) = Draw(blend, noise, random, iteration, Environments);
            Assert.True(blend.Observe(Floats(e), Floats(d), Floats(model(truth)), GradientBlend.HalfOf(iteration)));
        }
        return blend;
    }

    /// <summary>The mean of an iteration's single gradients, the mean with signs turned, and the single gradients.</summary>
    private static (double[] E, double[] D, double[][] Singles) Draw(GradientBlend blend, double noise, CounterRandom random, int iteration, int environments)
    {
        double[][] singles = [.. Enumerable.Range(0, environments).Select(lane => Noisy(Truth(), noise, random, ((long)iteration * environments) + lane))];
        double[] e = [.. Enumerable.Range(0, Size).Select(k => singles.Average(single => single[k]))];
        double[] d = [.. Enumerable.Range(0, Size).Select(k => singles.Select((single, lane) => blend.Signs[lane] * single[k]).Average())];
        return (e, d, singles);
    }

    private static double[] Truth() => [.. Enumerable.Range(0, Size).Select(k => Math.Sin(k))];

    private static float[] Floats(double[] x) => Array.ConvertAll(x, v => (float)v);

    /// <summary>A biased model: as much beside the truth, in lengths of it, at a right angle.</summary>
    private static double[] Shifted(double[] truth, double bias) => [.. Enumerable.Range(0, Size).Select(k => truth[k] + (bias * Math.Cos(k)))];

    private static double[] Noisy(double[] truth, double noise, CounterRandom random, long index)
    {
        var z = new float[Size];
        random.Normal(z, index);
        double scale = noise * Math.Sqrt(truth.Sum(t => t * t) / Size);
        return [.. Enumerable.Range(0, Size).Select(k => truth[k] + (scale * z[k]))];
    }
}
