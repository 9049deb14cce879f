using MbMix.Algo.DreamerV3;
using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>The formulas of DreamerV3 against closed forms.</summary>
public sealed class DreamerFormulas : IDisposable
{
    private readonly IDisposable scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Symlog_and_symexp_are_inverse()
    {
        Assert.Equal(2.397895, Formulas.Symlog(10), 1e-6);
        Assert.Equal(-0.693147, Formulas.Symlog(-1), 1e-6);
        foreach (double x in new[] { 0, 1e-3, 1, -37.5, 1e6, -1e6 })
            Assert.Equal(x, Formulas.Symexp(Formulas.Symlog(x)), Math.Abs(x) * 1e-6);
        Assert.Equal([2.397895f, -0.693147f, 0], Formulas.Symlog(Row(10, -1, 0)).Values<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(127, 0)]
    [InlineData(128, 0.170558)]
    [InlineData(129, 0.370205)]
    [InlineData(126, -0.170558)]
    public void Exponential_bins_are_where_they_should_be(int bin, double expected) =>
        Assert.Equal(expected, new TwoHot(TwoHotBins.Exponential)[bin], 1e-6);

    [Theory]
    [InlineData(1.0, 131, 0.382671)]
    [InlineData(5.0, 138, 0.359294)]
    [InlineData(-3.0, 118, 0.209682)]
    [InlineData(0.0, 127, 0)]
    public void A_number_lies_between_two_bins(float number, int bin, double upper)
    {
        var code = new TwoHot(TwoHotBins.Exponential);
        Assert.Equal(4.85e8, code[254], 1e6);
        var (at, share) = code.Encode(number);
        Assert.Equal((bin, upper), (at, share), (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 1e-5);
    }

    [Theory]
    [InlineData(TwoHotBins.Exponential, 500)]
    [InlineData(TwoHotBins.Uniform, 30.64)]
    public void Half_the_mass_on_0_and_half_on_1000_tells_the_versions_apart(TwoHotBins bins, double expected)
    {
        var code = new TwoHot(bins);
        var logits = torch.full([1, TwoHot.Count], -1e4);
        var l = logits.Values<float>();
        var (bin, upper) = code.Encode(1000);
        l[127] = MathF.Log(0.5f);
        l[bin] = MathF.Log(0.5f * (1 - upper));
        l[bin + 1] = MathF.Log(0.5f * upper);
        Assert.Equal(expected, code.Mean(logits).item<float>(), expected * 1e-4);
    }

    [Theory]
    [InlineData(TwoHotBins.Exponential)]
    [InlineData(TwoHotBins.Uniform)]
    public void What_is_encoded_is_decoded(TwoHotBins bins)
    {
        var code = new TwoHot(bins);
        float[] numbers = [0, 0.01f, -0.5f, 3, -77, 1e4f, -1e6f];
        var logits = torch.full([numbers.Length, TwoHot.Count], float.NegativeInfinity);
        for (int i = 0; i < numbers.Length; i++)
        {
            var l = logits.Values<float>().Slice(i * TwoHot.Count, TwoHot.Count);
            l.Fill(-1e4f);
            var (bin, upper) = code.Encode(numbers[i]);
            l[bin] = MathF.Log(1 - upper);
            if (upper > 0) l[bin + 1] = MathF.Log(upper);
        }
        float[] back = code.Mean(logits).Values<float>().ToArray();
        for (int i = 0; i < back.Length; i++) Assert.Equal(numbers[i], back[i], Math.Max(1e-6, Math.Abs(numbers[i]) * 1e-4));
    }

    [Fact]
    public void Equal_logits_are_exactly_0_and_cost_ln_255()
    {
        var code = new TwoHot(TwoHotBins.Exponential);
        var logits = torch.full([2, TwoHot.Count], 0.7f);
        Assert.Equal([0f, 0], code.Mean(logits).Values<float>().ToArray());
        Assert.Equal(5.541264, code.Loss(logits, Row(3, -8))[0].item<float>(), 1e-5);
    }

    [Fact]
    public void The_two_hot_loss_has_the_gradient_of_the_cross_entropy()
    {
        var code = new TwoHot(TwoHotBins.Exponential);
        var random = new CounterRandom(1, "test");
        var logits = random.NormalTensor(0, 5, TwoHot.Count).mul_(3).requires_grad_(true);
        var twin = logits.detach().clone().requires_grad_(true);
        var numbers = Row(0, 1.5f, -300, 1e12f, -1e12f);
        var weights = Row(1, 2, -1, 0.5f, 3);
        var loss = code.Loss(logits, numbers);
        Backward.Run((loss * weights).sum());
        var targets = torch.zeros(5, TwoHot.Count);
        for (int i = 0; i < 5; i++)
        {
            var (bin, upper) = code.Encode(numbers[i].item<float>());
            targets[i, bin] = torch.tensor(1 - upper);
            targets[i, bin + 1] = torch.tensor(upper);
        }
        var expected = -(torch.nn.functional.log_softmax(twin, 1) * targets).sum(1);
        (expected * weights).sum().backward();
        Close(expected, loss, 1e-5);
        Close(twin.grad!, logits.grad!, 1e-5);
    }

    [Fact]
    public void Unimix_keeps_every_class_possible()
    {
        var sure = torch.full([1, 4], -50f);
        sure[0, 2] = torch.tensor(50f);
        float[] q = Formulas.Unimix(sure, 4, 0.01).Values<float>().ToArray();
        Assert.Equal([0.0025f, 0.0025f, 0.9925f, 0.0025f], q, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(5.9241, Most(4), 1e-3);
        Assert.Equal(7.9806, Most(32), 1e-3);

        static double Most(int classes)
        {
            Tensor a = torch.full([1, classes], -50f), b = torch.full([1, classes], -50f);
            a[0, 0] = b[0, 1] = torch.tensor(50f);
            return Formulas.Divergence(Formulas.Unimix(a, classes, 0.01), Formulas.Unimix(b, classes, 0.01)).item<float>();
        }
    }

    [Fact]
    public void Nats_are_free_in_each_row()
    {
        var divergence = Row(0.7f, 1.3f).requires_grad_(true);
        var loss = Formulas.Free(divergence, 1);
        Assert.Equal([1, 1.3f], loss.detach().Values<float>().ToArray());
        loss.sum().backward();
        Assert.Equal([0, 1f], divergence.grad!.Values<float>().ToArray());
    }

    [Theory]
    [InlineData(0.5, false, 16.525, 24.5, 30.0)]
    [InlineData(0.5, true, 6.4, 2.0, 30.0)]
    [InlineData(1.0, false, 27.1, 29.0, 30.0)]
    [InlineData(0.0, false, 10.0, 20.0, 30.0)]
    public void Lambda_returns_are_exact(double lambda, bool ends, double first, double second, double third)
    {
        Tensor rewards = Column(0, 1, 2, 3), values = Column(0, 10, 20, 30);
        Tensor continues = Column(0.9f, 0.9f, ends ? 0 : 0.9f, 0.9f);
        float[] returns = Formulas.LambdaReturns(rewards, continues, values, lambda).Values<float>().ToArray();
        Assert.Equal([(float)first, (float)second, (float)third], returns, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void States_after_an_end_do_not_count() => Assert.Equal(
        [0.9f, 0.81f, 0, 0], Formulas.Weights(Column(0.9f, 0.9f, 0, 0.9f)).Values<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);

    [Theory]
    [InlineData(0, 2 + (1 - (1.0 / 333)) * 50)]
    [InlineData(1, 2)]
    public void A_time_limit_bootstraps_and_a_termination_does_not(float terminal, double expected)
    {
        // the second record is the last of its episode; what follows belongs to another one
        var returns = Formulas.ReplayReturns(
            Column(0, 2, 0, 7), Column(0, 1, 0, 0), Column(0, terminal, 0, 0), Column(40, 50, 60, 70), 1 - (1.0 / 333), 0.95);
        Assert.Equal(expected, returns[0].item<float>(), 1e-4);
    }

    [Fact]
    public void The_scale_of_returns_starts_at_0_and_never_enlarges()
    {
        var constant = new ReturnScale(0.99);
        constant.Update(torch.full([100], 8f));
        Assert.Equal((0, 1), (constant.Range, constant.Divisor));
        var spread = new ReturnScale(0.99);
        spread.Update(torch.linspace(0, 100, 101));
        Assert.Equal(0.9, spread.Range, 1e-4);
        Assert.Equal(1, spread.Divisor);
        for (int i = 0; i < 100; i++) spread.Update(torch.linspace(0, 100, 101));
        Assert.Equal(90 * (1 - Math.Pow(0.99, 101)), spread.Range, 1e-2);
        Assert.Equal(spread.Range, spread.Divisor);
    }

    [Fact]
    public void LaProp_divides_before_it_averages()
    {
        using var set = new ParameterSet([new ParameterShape("w", 1)]);
        var optimizer = new LaProp(set, double.PositiveInfinity);
        double[] expected = [-1, -0.947368, -1.492066];
        float[] gradients = [1, -1, 3];
        for (int i = 0; i < 3; i++)
        {
            set.Gradients[0] = gradients[i];
            optimizer.Step(1);
            Assert.Equal(expected[i], set[0][0], 1e-5);
        }
    }

    [Theory]
    [InlineData(2, 6, 0.6)]
    [InlineData(0, 6, 3e-4)]
    [InlineData(2, 0.5, 0.5)]
    public void Gradients_are_clipped_by_the_norm_of_their_parameter(float weight, float gradient, double expected) =>
        Assert.Equal(expected, gradient * LaProp.Clip([weight], [gradient], 0.3), 1e-6);

    [Fact]
    public void An_update_follows_two_steps_at_a_ratio_of_512()
    {
        var ratio = new TrainRatio(512, 16 * 64);
        int updates = 0;
        for (int i = 0; i < 100; i++)
        {
            ratio.Add(8);
            for (; ratio.IsDue; updates++) ratio.Updated();
        }
        Assert.Equal(400, updates);
        var slow = new TrainRatio(1, 1024);
        for (int i = 0; i < 127; i++) slow.Add(8);
        Assert.False(slow.IsDue);
        slow.Add(8);
        Assert.True(slow.IsDue);
    }

    [Fact]
    public void The_actor_starts_wide_and_in_the_middle()
    {
        var options = new DreamerV3Options();
        using var behavior = new Behavior(options, 3, 1);
        var features = new CounterRandom(1, "test").NormalTensor(0, 64, options.Deter + (options.Latents * options.Classes));
        var (mean, deviation) = behavior.FrozenActions(features);
        Assert.Equal(1.3055, Formulas.Entropy(deviation).mean().item<float>() / 3, 2e-2);
        Assert.InRange(mean.abs().max().item<float>(), 0, 0.05);
        Assert.Equal(-0.8836, Formulas.Entropy(Formulas.Deviation(torch.full([1, 1], -100f))).item<float>(), 1e-3);
        Assert.Equal(1.4189, Formulas.Entropy(Formulas.Deviation(torch.full([1, 1], 100f))).item<float>(), 1e-3);
        var log = Formulas.LogProbability(Row(0.5f, -1).view(1, 2), Row(0, 0).view(1, 2), Row(0.5f, 1).view(1, 2));
        Assert.Equal(-0.5 - Math.Log(0.5) - 0.5 - Math.Log(2 * Math.PI), log.item<float>(), 1e-5);
    }

    private static Tensor Row(params float[] values) => TensorSpans.From(values, values.Length);

    private static Tensor Column(params float[] values) => TensorSpans.From(values, values.Length, 1);

    private static void Close(Tensor expected, Tensor actual, double tolerance) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);
}
