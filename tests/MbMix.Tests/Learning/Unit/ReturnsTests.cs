using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

public sealed class ReturnsTests
{
    private const double Gamma = 0.97;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.95)]
    [InlineData(1.0)]
    public void Lambda_returns_equal_the_weighted_sum_of_all_window_returns(double lambda)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var w = new RandomWindow(seed, 12, 5);
            var targets = new float[12 * 5];
            Returns.TdLambda(w.Rewards, w.Values, w.Flags, Gamma, lambda, targets);
            for (int b = 0; b < 5; b++)
            {
                for (int t = 0; t < 12; t++) Assert.Equal(w.Mixed(t, b, lambda), targets[t * 5 + b], 2e-5);
            }
        }
    }

    [Fact]
    public void Advantages_equal_the_sum_of_discounted_errors()
    {
        const double lambda = 0.9;
        for (int seed = 0; seed < 50; seed++)
        {
            var w = new RandomWindow(seed, 12, 5);
            var before = new float[60];
            new CounterRandom(seed, "before").Normal(before, 0);
            var advantages = new float[60];
            Returns.Gae(w.Rewards, before, w.Values, w.Flags, Gamma, lambda, advantages);
            for (int i = 0; i < 60; i++)
            {
                double sum = 0, decay = 1;
                for (int j = i; ; j += 5)
                {
                    double next = w.Flags.Valued[j] ? w.Values[j] : 0;
                    sum += decay * (w.Rewards[j] + Gamma * next - before[j]);
                    decay *= Gamma * lambda;
                    if (w.Flags.Done[j] || j + 5 >= 60) break;
                }
                Assert.Equal(sum, advantages[i], 2e-5);
            }
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    [InlineData(1.0)]
    public void The_objective_is_the_mean_of_the_segments_lambda_returns(double lambda)
    {
        for (int seed = 0; seed < 50; seed++)
        {
            using var scope = NewDisposeScope();
            var w = new RandomWindow(seed, 12, 5);
            double sum = 0;
            foreach (var (t, b) in w.SegmentStarts()) sum += w.Mixed(t, b, lambda);
            using var loss = MixObjective.Loss(TensorSpans.From(w.Rewards, 12, 5), TensorSpans.From(w.Values, 12, 5), w.Flags, Gamma, lambda);
            Assert.Equal(-sum / 60, loss.item<float>(), 2e-5);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    public void The_closed_form_holds_for_a_window_without_an_end(double lambda)
    {
        const int horizon = 9;
        var w = new RandomWindow(1, horizon, 1, ends: false);
        double closed = 0;
        for (int t = 0; t < horizon; t++) closed += Math.Pow(Gamma * lambda, t) * w.Rewards[t];
        for (int h = 1; h < horizon; h++) closed += (1 - lambda) * Math.Pow(lambda, h - 1) * Math.Pow(Gamma, h) * w.Values[h - 1];
        closed += Math.Pow(lambda, horizon - 1) * Math.Pow(Gamma, horizon) * w.Values[horizon - 1];
        Assert.Equal(closed, w.Mixed(0, 0, lambda), 1e-9);
        var targets = new float[horizon];
        Returns.TdLambda(w.Rewards, w.Values, w.Flags, Gamma, lambda, targets);
        Assert.Equal(closed, targets[0], 1e-5);
    }

    [Fact]
    public void Lambda_one_is_the_window_return_and_uses_no_inner_value()
    {
        using var scope = NewDisposeScope();
        var w = new RandomWindow(3, 6, 2, ends: false);
        var values = TensorSpans.From(w.Values, 6, 2).requires_grad_(true);
        Backward.Run(MixObjective.Loss(TensorSpans.From(w.Rewards, 6, 2), values, w.Flags, Gamma, 1));
        var gradient = values.grad!.Values<float>();
        for (int i = 0; i < 10; i++) Assert.Equal(0f, gradient[i]);
        Assert.Equal(-Math.Pow(Gamma, 6) / 12, gradient[10], 1e-7);
    }

    [Fact]
    public void Lambda_zero_reaches_the_first_step_of_each_segment_alone()
    {
        using var scope = NewDisposeScope();
        var w = new RandomWindow(4, 12, 5);
        var starts = w.SegmentStarts().Select(s => s.Step * 5 + s.Lane).ToHashSet();
        Assert.True(starts.Count > 5);
        Tensor rewards = TensorSpans.From(w.Rewards, 12, 5).requires_grad_(true), values = TensorSpans.From(w.Values, 12, 5).requires_grad_(true);
        Backward.Run(MixObjective.Loss(rewards, values, w.Flags, Gamma, 0));
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(starts.Contains(i), rewards.grad!.Values<float>()[i] != 0);
            if (!starts.Contains(i)) Assert.Equal(0f, values.grad!.Values<float>()[i]);
        }
    }

    [Fact]
    public void Invalid_steps_have_no_weight()
    {
        var flags = new RolloutFlags(3, 1);
        flags.Done[1] = true;
        flags.Valid[1] = flags.Valued[1] = false;
        Span<float> rewards = new float[3], values = new float[3];
        MixObjective.Weights(flags, 0.5, 1, rewards, values);
        Assert.True(flags.AnyInvalid);
        Assert.Equal([1f, 0f, 1f], rewards.ToArray());
        Assert.Equal([0f, 0f, 0.5f], values.ToArray());
    }

    [Fact]
    public void Weights_sum_to_one_and_their_mean_length_is_known()
    {
        foreach (double lambda in new[] { 0, 0.5, 0.95, 1 }) Assert.Equal(1, MixWeights.Of(lambda, 32).Sum(), 1e-12);
        Assert.Equal(16.1, MixWeights.MeanLength(0.95, 32), 0.05);
        Assert.Equal(6.7, MixWeights.MeanLength(0.95, 8), 0.05);
        Assert.Equal(32, MixWeights.MeanLength(1, 32), 1e-12);
        Assert.Equal([1.0, 0, 0], MixWeights.Of(0, 3));
        Assert.Equal([0.0, 0, 1], MixWeights.Of(1, 3));
    }

    [Fact]
    public void A_window_return_is_the_discounted_sum() => Assert.Equal(1 + 0.5 * 2 + 0.25 * 8, Returns.Window([1f, 2f], 8, 0.5), 1e-12);

    private sealed class RandomWindow
    {
        private readonly int horizon;
        private readonly int lanes;

        public RandomWindow(int seed, int horizon, int lanes, bool ends = true)
        {
            (this.horizon, this.lanes) = (horizon, lanes);
            Flags = new RolloutFlags(horizon, lanes);
            Rewards = new float[horizon * lanes];
            Values = new float[horizon * lanes];
            var random = new CounterRandom(seed, "window");
            random.Normal(Rewards, 0);
            random.Normal(Values, 1);
            if (!ends) return;
            var draws = new float[horizon * lanes];
            random.Uniform(draws, 2);
            for (int i = 0; i < draws.Length; i++)
            {
                Flags.Done[i] = draws[i] < 0.25;
                Flags.Valued[i] = draws[i] >= 0.12;
            }
        }

        public RolloutFlags Flags { get; }

        public float[] Rewards { get; }

        public float[] Values { get; }

        // sum over window lengths h of w_h J^h, where the episode's or the window's end gives the longest length
        public double Mixed(int t, int b, double lambda)
        {
            int last = t;
            while (last < horizon - 1 && !Flags.Done[last * lanes + b]) last++;
            var weights = MixWeights.Of(lambda, last - t + 1);
            double sum = 0;
            for (int h = 1; h <= weights.Length; h++)
            {
                double window = 0;
                for (int k = 0; k < h; k++) window += Math.Pow(Gamma, k) * Rewards[(t + k) * lanes + b];
                int i = (t + h - 1) * lanes + b;
                window += Math.Pow(Gamma, h) * (Flags.Valued[i] ? Values[i] : 0);
                sum += weights[h - 1] * window;
            }
            return sum;
        }

        public IEnumerable<(int Step, int Lane)> SegmentStarts()
        {
            for (int b = 0; b < lanes; b++)
            {
                for (int t = 0; t < horizon; t++)
                {
                    if (t == 0 || Flags.Done[(t - 1) * lanes + b]) yield return (t, b);
                }
            }
        }
    }
}
