using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;

namespace MbMix.Tests.Unit.Learning;

public sealed class NetworkTests
{
    [Theory]
    [InlineData(Activation.Elu, true)]
    [InlineData(Activation.Silu, false)]
    [InlineData(Activation.Tanh, true)]
    [InlineData(Activation.Relu, false)]
    public void The_network_is_linear_activation_norm_and_the_tensor_free_path_agrees(Activation activation, bool norm)
    {
        using var scope = NewDisposeScope();
        var mlp = new Mlp(5, [33, 8], 3, activation, norm);
        using var parameters = new ParameterSet(mlp.Parameters());
        var random = new CounterRandom(1, "weights");
        random.Normal(parameters.Values, 0);
        using var x = random.NormalTensor(1, 4, 5);

        var p = parameters.Frozen.ToArray();
        var y = x;
        int i = 0;
        foreach (int width in new[] { 33, 8 })
        {
            y = y.matmul(p[i++].t()) + p[i++];
            y = activation switch
            {
                Activation.Elu => where(y > 0, y, y.expm1()),
                Activation.Silu => y * y.sigmoid(),
                Activation.Tanh => y.tanh(),
                _ => y.clamp_min(0),
            };
            if (norm)
            {
                var centred = y - y.mean([1], keepdim: true);
                y = centred / (centred.pow(2).mean([1], keepdim: true) + 1e-5).sqrt() * p[i++] + p[i++];
            }
        }
        y = y.matmul(p[i++].t()) + p[i++];
        Assert.Equal(mlp.ParameterCount, i);
        var forward = mlp.Forward(x, parameters.Trainable);
        Assert.True(allclose(y, forward, 1e-4, 1e-4));
        Assert.True(forward.requires_grad);
        Assert.False(mlp.Forward(x, parameters.Frozen).requires_grad);

        var output = new float[3];
        for (int row = 0; row < 4; row++)
        {
            mlp.Evaluate(x.Values<float>().Slice(5 * row, 5), output, parameters);
            for (int c = 0; c < 3; c++) Assert.Equal(forward[row, c].item<float>(), output[c], 2e-4f * (1 + Math.Abs(output[c])));
        }
    }

    [Fact]
    public void Gradients_of_all_parameters_arrive_in_one_block()
    {
        using var scope = NewDisposeScope();
        var mlp = new Mlp(3, [4], 2, Activation.Elu, true);
        using var parameters = new ParameterSet(mlp.Parameters());
        mlp.Initialize(parameters, Initialization.Uniform, new CounterRandom(1, "w"));
        for (int pass = 0; pass < 2; pass++) Backward.Run(mlp.Forward(ones(2, 3), parameters.Trainable).sum());
        int last = parameters.IndexOf("1.bias");
        Assert.Equal([4f, 4f], Slice(parameters, last));
        parameters.ZeroGradients();
        Assert.Equal(0f, parameters.Trainable[last].grad!.abs().sum().item<float>());

        static float[] Slice(ParameterSet p, int index) => p.Trainable[index].grad!.Values<float>().ToArray();
    }

    [Fact]
    public void Start_weights_are_within_the_bound_or_orthogonal_with_gain()
    {
        using var scope = NewDisposeScope();
        var mlp = new Mlp(16, [64], 4, Activation.Elu, true);
        using var parameters = new ParameterSet(mlp.Parameters());
        mlp.Initialize(parameters, Initialization.Uniform, new CounterRandom(5, "w"));
        Assert.InRange(parameters[0].ToArray().Max(), 0.24f, 0.25f);
        Assert.InRange(parameters[0].ToArray().Min(), -0.25f, -0.24f);
        Assert.All(parameters[2].ToArray(), v => Assert.Equal(1f, v));

        mlp.Initialize(parameters, Initialization.Orthogonal, new CounterRandom(5, "w"));
        var tall = parameters.Frozen[0];
        Assert.True(allclose(tall.t().matmul(tall), eye(16) * 2, 1e-5, 1e-5));
        var wide = parameters.Frozen[mlp.ParameterCount - 2];
        Assert.True(allclose(wide.matmul(wide.t()), eye(4) * 2, 1e-5, 1e-5));
        Assert.All(parameters[1].ToArray(), v => Assert.Equal(0f, v));
    }

    [Fact]
    public void The_target_moves_by_the_given_share_and_is_not_trained_through()
    {
        using var scope = NewDisposeScope();
        using var value = new ValueNetwork(new Mlp(2, [8], 1, Activation.Elu, true), Initialization.Orthogonal, new CounterRandom(1, "v"));
        var x = ones(3, 2).requires_grad_(true);
        Assert.True(allclose(value.Value(x), value.TargetValue(x)));
        float before = value.TargetValue(x)[0].item<float>();
        value.Parameters[value.Parameters.IndexOf("1.bias")][0] += 1f;
        value.UpdateTarget(0.25);
        Assert.Equal(before + 0.75f, value.TargetValue(x)[0].item<float>(), 1e-5f);

        Backward.Run(value.TargetValue(x).sum());
        Assert.True(value.Parameters.Gradients.ToArray().All(g => g == 0));
        Assert.NotEqual(0f, x.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void The_actor_samples_with_the_noise_it_is_given()
    {
        using var scope = NewDisposeScope();
        using var actor = new GaussianActor(new Mlp(2, [8], 3, Activation.Elu, true), -1, Initialization.Uniform, new CounterRandom(1, "a"));
        using var bounds = new ActionBounds(new SpaceSpec([.. new[] { "a", "b", "c" }.Select(n => new Dimension(n, "N", -1, 1))]));
        var noise = new CounterRandom(1, "n").NormalTensor(0, 2, 4, 3);
        var x = ones(4, 2);
        var action = actor.BeginWindow(noise, null, bounds).Act(1, x);
        Assert.True(allclose(action, (actor.FrozenMean(x) + (noise[1] * Math.Exp(-1))).tanh(), 1e-5, 1e-6));
        Backward.Run(action.sum());
        Assert.NotEqual(0f, actor.LogStd.grad!.abs().sum().item<float>());
        Assert.Equal([-1f, -1f, -1f], actor.LogStdValues.ToArray());
    }

    [Fact]
    public void A_policy_acts_within_the_bounds_the_same_way_with_and_without_tensors()
    {
        using var scope = NewDisposeScope();
        using var actor = new GaussianActor(new Mlp(2, [8], 2, Activation.Elu, true), 0, Initialization.Uniform, new CounterRandom(1, "a"));
        using var bounds = new ActionBounds(new SpaceSpec([new Dimension("a", "N", -1, 3), new Dimension("b", "N", 0, 0.5)]));
        var normalizer = new ObservationNormalizer(2);
        normalizer.Update(new CounterRandom(1, "o").NormalTensor(0, 50, 2) * 3 + 2);
        foreach (var squash in new[] { ActionSquash.Tanh, ActionSquash.Clip })
        {
            IPolicy policy = new GaussianPolicy(actor, normalizer, squash, bounds);
            var x = new CounterRandom(1, "x").NormalTensor(0, 20, 2) * 5;
            var action = policy.Act(x);
            var single = new float[2];
            for (int row = 0; row < 20; row++)
            {
                policy.Act(x.Values<float>().Slice(2 * row, 2), single);
                Assert.Equal(action[row, 0].item<float>(), single[0], 1e-5f);
                Assert.Equal(action[row, 1].item<float>(), single[1], 1e-5f);
            }
            var wild = policy.Act(x, new CounterRandom(1, "n").NormalTensor(0, 20, 2) * 10);
            Assert.False(wild.requires_grad);
            Assert.InRange(wild[TensorIndex.Colon, 0].min().item<float>(), -1f, -0.9f);
            Assert.InRange(wild[TensorIndex.Colon, 0].max().item<float>(), 2.9f, 3f);
            Assert.InRange(wild[TensorIndex.Colon, 1].min().item<float>(), 0f, 0.01f);
            Assert.InRange(wild[TensorIndex.Colon, 1].max().item<float>(), 0.49f, 0.5f);
        }
    }

    [Fact]
    public void Unbounded_actions_are_refused_in_one_line()
    {
        var e = Assert.Throws<MbMixException>(() => new ActionBounds(new SpaceSpec([new Dimension("torque", "N m")])));
        Assert.Contains("'torque'", e.Message);
    }

    [Fact]
    public void Parameters_come_back_from_a_checkpoint()
    {
        var mlp = new Mlp(3, [5], 1, Activation.Elu, true);
        using var a = new ValueNetwork(mlp, Initialization.Orthogonal, new CounterRandom(1, "v"));
        using var b = new ValueNetwork(mlp, Initialization.Orthogonal, new CounterRandom(2, "v"));
        var checkpoint = new LearningCheckpoint();
        a.Save(checkpoint);
        Assert.Contains("network/0.norm.weight", checkpoint.Entries.Keys);
        b.Load(checkpoint);
        Assert.Equal(a.Parameters.Values.ToArray(), b.Parameters.Values.ToArray());
    }
}
