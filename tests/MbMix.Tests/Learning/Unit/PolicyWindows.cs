using MbMix.Learning;
using MbMix.Numerics;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

/// <summary>A policy window compared with the same formula as torch operations, through a chain of steps.</summary>
public sealed class PolicyWindows
{
    private const int Horizon = 4;
    private const int Lanes = 70;

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Actions_and_gradients_are_those_of_torch(bool normalized, bool wide)
    {
        using var scope = NewDisposeScope();
        using var actor = Actor();
        using var bounds = Bounds(wide);
        using var snapshot = normalized ? Snapshot() : null;
        var random = new CounterRandom(1, "data");
        var noise = random.NormalTensor(0, Horizon, Lanes, 2);
        var start = random.NormalTensor(1, Lanes, 5).requires_grad_(true);

        // the next observation depends on the action, as in a rollout
        static Tensor Next(Tensor observation, Tensor action) => (observation * 0.9) + (action.sum(1, keepdim: true) * 0.3);
        var network = new Mlp(5, [24, 16], 2, Activation.Elu, true);
        var p = actor.Parameters;
        var (x, expected, seen) = (start, zeros([]), new List<Tensor>());
        for (int t = 0; t < Horizon; t++)
        {
            var o = snapshot is null ? x : snapshot.Normalize(x);
            seen.Add(o);
            var action = bounds.Scale(tanh(network.Forward(o, p.Trainable) + (noise[t] * actor.LogStd.exp())));
            expected += action.square().sum();
            x = Next(x, action);
        }
        Backward.Run(expected);
        var (ofStart, ofParameters) = (start.grad!.clone(), p.Gradients.ToArray());
        start.grad!.zero_();
        p.ZeroGradients();

        var window = actor.BeginWindow(noise, snapshot, bounds);
        (x, var actual) = (start, zeros([]));
        for (int t = 0; t < Horizon; t++)
        {
            var action = window.Act(t, x);
            actual += action.square().sum();
            x = Next(x, action);
        }
        Backward.Run(actual);
        Assert.Equal(expected.item<float>(), actual.item<float>(), 1e-4f * expected.item<float>());
        Assert.True(allclose(cat([.. seen]), window.Observations, 1e-4, 1e-5));
        Assert.True(allclose(ofStart, start.grad!, 1e-4, 1e-4 * ofStart.abs().max().item<float>()));
        float largest = ofParameters.Max(MathF.Abs);
        float[] gradients = p.Gradients.ToArray();
        for (int i = 0; i < gradients.Length; i++) Assert.Equal(ofParameters[i], gradients[i], 3e-5f * largest);
        Assert.NotEqual(0f, actor.LogStd.grad!.abs().min().item<float>());
    }

    [Fact]
    public void A_cap_shortens_the_gradients_of_single_lanes_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var actor = Actor();
        using var bounds = Bounds(wide: true);
        var random = new CounterRandom(1, "data");
        Tensor noise = random.NormalTensor(0, 1, Lanes, 2), observation = random.NormalTensor(1, Lanes, 5);

        // one lane without a gradient, one with a hundred times that of the others, which all have the norm 5
        var cotangent = tensor(new float[] { 3, 4 }).expand(Lanes, 2).clone();
        cotangent[7] = 0;
        cotangent[40] *= 100;
        var capped = cotangent.clone();
        capped[40] *= 0.03f;
        Assert.Equal(Gradients(capped, double.PositiveInfinity), Gradients(cotangent, 3), new Near(1e-5f));
        Assert.NotEqual(Gradients(cotangent, double.PositiveInfinity), Gradients(cotangent, 3), new Near(1e-5f));
        Assert.Equal(Gradients(cotangent, double.PositiveInfinity), Gradients(cotangent, 101), new Near(0));

        float[] Gradients(Tensor ofActions, double cap)
        {
            var o = observation.clone().requires_grad_(true);
            Backward.Run([actor.BeginWindow(noise, null, bounds, cap).Act(0, o)], [ofActions], [o]);
            float[] all = [.. actor.Parameters.Gradients.ToArray(), .. o.grad!.contiguous().Values<float>().ToArray()];
            actor.Parameters.ZeroGradients();
            return all;
        }
    }

    [Fact]
    public void Without_gradients_it_acts_the_same_and_keeps_nothing()
    {
        using var scope = NewDisposeScope();
        using var actor = Actor();
        using var bounds = Bounds(wide: true);
        using var snapshot = Snapshot();
        var random = new CounterRandom(1, "data");
        var noise = random.NormalTensor(0, 1, Lanes, 2);
        var observation = random.NormalTensor(1, Lanes, 5);
        var action = actor.BeginWindow(noise, snapshot, bounds).Act(0, observation);
        Assert.True(action.requires_grad);
        using var frozen = no_grad();
        var same = actor.BeginWindow(noise, snapshot, bounds).Act(0, observation);
        Assert.False(same.requires_grad);
        Assert.Equal(action.detach().Values<float>().ToArray(), same.Values<float>().ToArray());
        IPolicy policy = new GaussianPolicy(actor, null, ActionSquash.Tanh, bounds);
        Assert.True(allclose(policy.Act(snapshot.Normalize(observation), noise[0]), same, 1e-5, 1e-5));
    }

    [Fact]
    public void A_window_keeps_its_meaning_when_the_dispose_scope_of_a_step_ends()
    {
        using var scope = NewDisposeScope();
        using var actor = Actor();
        using var bounds = Bounds(wide: false);
        var noise = new CounterRandom(1, "data").NormalTensor(0, 1, Lanes, 2);
        Tensor loss;
        using (var inner = NewDisposeScope())
        {
            var window = actor.BeginWindow(noise, null, bounds);
            loss = window.Act(0, ones(Lanes, 5)).sum().MoveToOuterDisposeScope();
        }
        Backward.Run(loss);
        Assert.Contains(actor.Parameters.Gradients.ToArray(), g => g != 0);
    }

    [Fact]
    public void Wrong_shapes_are_refused_in_one_line()
    {
        using var scope = NewDisposeScope();
        using var actor = Actor();
        using var bounds = Bounds(wide: false);
        Assert.Contains("expected [H, B, 2]", Assert.Throws<MbMixException>(() => actor.BeginWindow(ones(3, 4), null, bounds)).Message);
        var window = actor.BeginWindow(ones(1, 4, 2), null, bounds);
        Assert.Contains("expected Float32 [4, 5]", Assert.Throws<MbMixException>(() => window.Act(0, ones(3, 5))).Message);
        Assert.Contains("step 1", Assert.Throws<MbMixException>(() => window.Act(1, ones(4, 5))).Message);
    }

    private static GaussianActor Actor() => new(new Mlp(5, [24, 16], 2, Activation.Elu, true), -0.5, Initialization.Uniform, new CounterRandom(1, "actor"));

    private static ActionBounds Bounds(bool wide) => new(new SpaceSpec([new Dimension("a", "N", wide ? -2 : -1, 1), new Dimension("b", "N", -1, 1)]));

    private static NormalizerSnapshot Snapshot()
    {
        var normalizer = new ObservationNormalizer(5);
        using var samples = new CounterRandom(1, "samples").NormalTensor(0, 50, 5);
        normalizer.Update(samples * 3 + 2);
        return normalizer.Snapshot();
    }

    private sealed class Near(float share) : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? a, float[]? b)
        {
            float largest = a!.Max(MathF.Abs);
            return a!.Zip(b!).All(pair => MathF.Abs(pair.First - pair.Second) <= share * largest);
        }

        public int GetHashCode(float[] values) => 0;
    }
}
