using MbMix.Numerics;
using MbMix.Studies.Tabular;
using MbMix.Tests.Support;

namespace MbMix.Tests.Unit.Studies;

public sealed class TabularProblems
{
    private static readonly TabularOptions Options = new() { States = 6, Actions = 3, Successors = 2, Gamma = 0.9, Rewarding = 0.3 };

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(5, 1.0)]
    [InlineData(5, 0.7)]
    [InlineData(3, 0.0)]
    public void The_gradient_is_that_of_differences(int horizon, double lambda)
    {
        var problem = new TabularProblem(Options, 3);
        double[] logits = Numbers(18, 0), values = Numbers(6, 1);
        var (_, gradient) = WindowObjective.Evaluate(problem, logits, values, horizon, lambda);
        const double h = 1e-5;
        for (int i = 0; i < logits.Length; i++)
        {
            double Shifted(double by)
            {
                double[] moved = [.. logits];
                moved[i] += by;
                return WindowObjective.Evaluate(problem, moved, values, horizon, lambda).Value;
            }
            Assert.Equal((Shifted(h) - Shifted(-h)) / (2 * h), gradient[i], 1e-8);
        }
        Assert.Contains(gradient, g => Math.Abs(g) > 1e-4);
    }

    [Fact]
    public void The_mix_is_the_weighted_sum_of_the_windows()
    {
        var problem = new TabularProblem(Options, 5);
        double[] logits = Numbers(18, 2), values = Numbers(6, 3);
        double[] weights = MixWeights.Of(0.8, 7);
        var mix = WindowObjective.Evaluate(problem, logits, values, 7, 0.8);
        var windows = Enumerable.Range(1, 7).Select(h => WindowObjective.Evaluate(problem, logits, values, h, 1)).ToArray();
        Assert.Equal(windows.Select((w, i) => w.Value * weights[i]).Sum(), mix.Value, 1e-12);
        for (int k = 0; k < 18; k++) Assert.Equal(windows.Select((w, i) => w.Gradient[k] * weights[i]).Sum(), mix.Gradient[k], 1e-12);
    }

    [Fact]
    public void With_the_true_values_every_window_has_the_value_of_the_policy()
    {
        var problem = new TabularProblem(Options, 7);
        double[] logits = Numbers(18, 4), policy = WindowObjective.Softmax(logits, 3), values = problem.Values(policy);
        foreach (var (horizon, lambda) in new[] { (1, 1.0), (9, 1.0), (9, 0.6) })
            Assert.Equal(values.Average(), WindowObjective.Evaluate(problem, logits, values, horizon, lambda).Value, 1e-8);
        Assert.True(problem.Values(null).Zip(values).All(p => p.First >= p.Second - 1e-9));
    }

    [Fact]
    public void A_window_with_values_gets_where_one_without_cannot()
    {
        // one step without values sees the reward of the present state alone, which no action changes
        var options = new TabularOptions { States = 6, Actions = 3, Successors = 2, Gamma = 0.9, Rewarding = 0.3, Iterations = 200, LearningRate = 0.1 };
        double[] without = TabularStudy.Train(options, 1, 1, 1, critic: false), with = TabularStudy.Train(options, 1, 1, 1, critic: true);
        Assert.Equal(1, without[^1], 1e-9);
        Assert.Equal(1, with[0], 1e-9);
        Assert.True(with[^1] < 0.05, $"{with[^1]}");
        Assert.Equal(with, TabularStudy.Train(options, 1, 1, 1, critic: true));
    }

    private static double[] Numbers(int count, long seed)
    {
        var numbers = new float[count];
        new CounterRandom(seed, "test").Normal(numbers, 0);
        return [.. numbers.Select(x => (double)x)];
    }
}
