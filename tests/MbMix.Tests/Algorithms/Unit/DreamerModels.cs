using MbMix.Algo.DreamerV3;
using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Algorithms;

/// <summary>The networks of DreamerV3: their kernels, their recurrence, and where gradients go.</summary>
public sealed class DreamerModels : IDisposable
{
    private readonly IDisposable scope = torch.NewDisposeScope();
    private readonly CounterRandom random = new(1, "test");

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(37)]
    public void The_norm_with_its_activation_is_that_of_torch(int size)
    {
        var (x, gain) = (Leaf(0, 5, size), (random.NormalTensor(1, size) * 0.3 + 1).detach().requires_grad_(true));
        var (x2, gain2) = (Twin(x), Twin(gain));
        var weights = random.NormalTensor(2, 5, size);
        var u = x2 * (x2.square().mean([1], keepdim: true) + 1e-4).rsqrt() * gain2;
        var expected = u * u.sigmoid();
        var y = NormSilu.Of(x, gain);
        Backward.Run((y * weights).sum());
        (expected * weights).sum().backward();
        Close(expected, y);
        Close(x2.grad!, x.grad!);
        Close(gain2.grad!, gain.grad!);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void The_gates_are_those_of_torch(int size)
    {
        const int blocks = 2, rows = 4;
        var (gates, h) = (Leaf(0, blocks, rows, 3 * size), Leaf(1, rows, blocks * size));
        var (gates2, h2) = (Twin(gates), Twin(h));
        var weights = random.NormalTensor(2, rows, blocks * size);
        var parts = gates2.transpose(0, 1).reshape(rows, blocks, 3, size);
        var candidate = (parts.select(2, 0).sigmoid() * parts.select(2, 1)).tanh();
        var update = (parts.select(2, 2) - 1).sigmoid();
        var expected = (update * candidate + (1 - update) * h2.view(rows, blocks, size)).reshape(rows, blocks * size);
        var next = GruGate.Of(gates, h);
        Backward.Run((next * weights).sum());
        (expected * weights).sum().backward();
        Close(expected, next);
        Close(gates2.grad!, gates.grad!);
        Close(h2.grad!, h.grad!);
    }

    [Fact]
    public void Without_input_the_state_fades()
    {
        var h = random.NormalTensor(0, 3, 32);
        Close(h * 0.731059, GruGate.Of(torch.zeros(4, 3, 24), h));
    }

    [Fact]
    public void Latents_are_drawn_as_often_as_they_are_probable_and_pass_gradients_straight()
    {
        var logits = TensorSpans.From([0, 1, -1, 2], 1, 4);
        var expected = Formulas.Unimix(logits, 4, 0.01);
        const int draws = 20_000;
        var uniform = random.UniformTensor(0, draws, 1);
        var (z, q) = new LatentSample(4, 0.01, uniform).Draw(logits.expand(draws, 4));
        Close(expected, q[0].unsqueeze(0));
        Close(expected, z.mean([0]).unsqueeze(0), 0.02);
        Assert.Equal([0, 0, 0, 1f], new LatentSample(4, 0.01, null).Draw(logits).Z.Values<float>().ToArray());

        var (l, weights) = (Leaf(1, 6, 12), random.NormalTensor(2, 6, 12));
        var (twin, other) = (Twin(l), random.NormalTensor(3, 6, 12));
        var (drawn, p) = new LatentSample(4, 0.01, random.UniformTensor(4, 6, 3)).Draw(l);
        Backward.Run((drawn * weights + p.square() * other).sum());
        var plain = Formulas.Unimix(twin, 4, 0.01);
        (plain * weights + plain.square() * other).sum().backward();
        Close(twin.grad!, l.grad!);
    }

    [Fact]
    public void A_block_sees_its_own_part_of_the_state_alone()
    {
        var options = Tiny();
        using var model = Model(options);
        var weights = model.Core.Arrange(model.Parameters.Frozen);
        var h = random.NormalTensor(0, 2, options.Deter);
        var before = Blocks(h);
        h.narrow(1, 8, 8).add_(1);
        var change = (Blocks(h) - before).abs();
        Assert.Equal(0, change.narrow(1, 0, 8).max().item<float>());
        Assert.True(change.narrow(1, 8, 8).min().item<float>() > 0);
        Assert.Equal(0, change.narrow(1, 16, 16).max().item<float>());

        Tensor Blocks(Tensor state) => model.Core.Join(model.Core.Split(state).bmm(weights.OwnBlock));
    }

    [Fact]
    public void The_scan_has_the_states_and_gradients_of_its_steps()
    {
        var options = Tiny();
        using var model = Model(options);
        var batch = Batch(options, first: [(5, 0), (5, 2), (3, 1)]);
        var uniform = random.UniformTensor(9, batch.Steps, batch.Sequences, options.Latents);
        var (states, gradient) = Run(() => model.Observe(batch, uniform));
        var (expected, wanted) = Run(() => model.ObserveStepByStep(batch, uniform));
        Close(expected.H, states.H);
        Close(expected.Z, states.Z);
        Close(expected.Q, states.Q);
        double most = wanted.Max(MathF.Abs);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], gradient[i], most * 1e-5);

        (ModelStates States, float[] Gradient) Run(Func<ModelStates> observe)
        {
            model.Parameters.ZeroGradients();
            var s = observe();
            var (a, b, c) = (random.NormalTensor(20, s.H.shape), random.NormalTensor(21, s.Z.shape), random.NormalTensor(22, s.Q.shape));
            Backward.Run((s.H * a).sum() + (s.Z * b).sum() + (s.Q.log() * c).sum());
            return (s, model.Parameters.Gradients.ToArray());
        }
    }

    [Fact]
    public void An_episode_in_the_middle_of_a_sequence_knows_nothing_of_the_one_before()
    {
        var options = Tiny();
        using var model = Model(options);
        const int start = 5;
        var columns = Columns(options, first: [(start, 0), (start, 1), (start, 2)]);
        var late = columns.Select(c => c.narrow(0, start, c.shape[0] - start).clone()).ToArray();
        columns[1][start - 1].fill_(1e6f);
        var uniform = random.UniformTensor(9, columns[2].shape[0], 3, options.Latents);
        var whole = model.Observe(new SequenceBatch(columns), uniform);
        var fresh = model.Observe(new SequenceBatch(late), uniform.narrow(0, start, uniform.shape[0] - start));
        long rows = fresh.H.shape[0];
        Assert.Equal(fresh.H.Values<float>().ToArray(), whole.H.narrow(0, start * 3, rows).Values<float>().ToArray());
        Assert.Equal(fresh.Z.Values<float>().ToArray(), whole.Z.narrow(0, start * 3, rows).Values<float>().ToArray());
    }

    [Fact]
    public void A_batch_shifts_actions_and_ends_abandoned_episodes()
    {
        // two sequences of three records; in the second, the third record begins an episode though none ended before
        Tensor[] columns =
        [
            torch.zeros(3, 2, 1), TensorSpans.From([1, 10, 2, 20, 3, 30], 3, 2, 1), torch.zeros(3, 2),
            TensorSpans.From([0, 0, 0, 0, 0, 1], 3, 2), torch.zeros(3, 2), torch.zeros(3, 2),
        ];
        var batch = new SequenceBatch(columns);
        Assert.Equal([0, 0, 1, 10, 2, 0], batch.PreviousAction.Values<float>().ToArray());
        Assert.Equal([1, 1, 0, 0, 0, 1], batch.First.Values<float>().ToArray());
        Assert.Equal([0, 0, 0, 1, 0, 0], batch.Last.Values<float>().ToArray());
        Assert.Equal([true, false, true], new[] { batch.AnyFirst(0), batch.AnyFirst(1), batch.AnyFirst(2) });
    }

    [Fact]
    public void Every_loss_reaches_the_parts_that_it_should_and_no_other()
    {
        var options = Tiny();
        using var model = Model(options);
        using var behavior = new Behavior(options, 2, 1);
        // initial weights of 0 would hide gradients
        foreach (var set in new[] { behavior.Critic, behavior.Slow, model.Parameters })
            foreach (ref float value in set.Values) value += 0.01f;
        var code = new TwoHot(options.Bins);
        var batch = Batch(options, first: []);
        var states = model.Observe(batch, random.UniformTensor(9, batch.Steps, batch.Sequences, options.Latents));
        var features = torch.cat([states.H, states.Z], 1);
        var ones = torch.ones(features.shape[0]);

        var (mean, deviation) = behavior.Actions(features.detach());
        Backward.Run(Formulas.ActorLoss(ones, Formulas.LogProbability(mean.detach() + 0.3, mean, deviation), ones, Formulas.Entropy(deviation), 3e-4));
        Assert.Equal((true, false, false), Reached());
        Backward.Run(code.Loss(behavior.Values(features.detach()), ones).mean());
        Assert.Equal((false, true, false), Reached());
        Backward.Run(code.Loss(behavior.Values(features), ones).mean() + code.Loss(behavior.Values(features), code.Mean(behavior.SlowValues(features))).mean());
        Assert.Equal((false, true, true), Reached());

        (bool Actor, bool Critic, bool Model) Reached()
        {
            Assert.False(behavior.Slow.Gradients.ContainsAnyExcept(0));
            var reached = (Any(behavior.Actor), Any(behavior.Critic), Any(model.Parameters));
            foreach (var set in new[] { behavior.Actor, behavior.Critic, model.Parameters }) set.ZeroGradients();
            return reached;
        }

        static bool Any(MbMix.Learning.ParameterSet set) => set.Gradients.ContainsAnyExcept(0);
    }

    [Fact]
    public void The_smallest_preset_has_the_published_number_of_weights()
    {
        var options = new DreamerV3Options();
        using var model = new WorldModel(options, 37, 8, new TwoHot(options.Bins), random);
        using var behavior = new Behavior(options, 8, 1);
        int Weights(MbMix.Learning.ParameterSet set) => set.Shapes.Sum(s => s.Size);
        Assert.Equal(526e3, Weights(model.Parameters), 1e3);
        Assert.Equal(51e3, Weights(behavior.Actor), 1e3);
        Assert.Equal(66e3, Weights(behavior.Critic), 1e3);
        var weight = model.Parameters[model.Parameters.IndexOf("core.hidden.weight")].ToArray();
        double deviation = Math.Sqrt(weight.Average(w => (double)w * w));
        Assert.Equal(1 / Math.Sqrt(2048), deviation, 1e-3);
        Assert.True(weight.Max(MathF.Abs) <= 2 * 1.1368 / Math.Sqrt(2048) + 1e-6);
    }

    private static DreamerV3Options Tiny() => new()
    {
        Deter = 32,
        Blocks = 4,
        Hidden = 9,
        Units = 10,
        Layers = 1,
        Latents = 3,
        Classes = 4,
    };

    private WorldModel Model(DreamerV3Options options)
    {
        var model = new WorldModel(options, 5, 2, new TwoHot(options.Bins), random);
        // gains and biases of their own
        foreach (ref float value in model.Parameters.Values) value += 0.02f;
        return model;
    }

    private SequenceBatch Batch(DreamerV3Options options, (int Step, int Sequence)[] first) => new(Columns(options, first));

    private Tensor[] Columns(DreamerV3Options options, (int Step, int Sequence)[] first)
    {
        const int steps = 8, sequences = 3;
        var flags = torch.zeros(steps, sequences);
        foreach (var (step, sequence) in first) flags.Values<float>()[(step * sequences) + sequence] = 1;
        return
        [
            random.NormalTensor(10, steps, sequences, 5), random.NormalTensor(11, steps, sequences, 2),
            random.NormalTensor(12, steps, sequences), flags, torch.zeros(steps, sequences), torch.zeros(steps, sequences),
        ];
    }

    private Tensor Leaf(long counter, params long[] shape) => random.NormalTensor(counter, shape).requires_grad_(true);

    private static Tensor Twin(Tensor leaf) => leaf.detach().clone().requires_grad_(true);

    private static void Close(Tensor expected, Tensor actual, double tolerance = 1e-5) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance * Math.Max(1, expected.abs().max().item<float>()));
}
