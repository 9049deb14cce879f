using MbMix.Learning;
using MbMix.Numerics;
using MbMix.Tests.Support;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace MbMix.Tests.Unit.Learning;

public sealed class AdamTests
{
    [Theory]
    [InlineData(0.9, 0.999, double.PositiveInfinity)]
    [InlineData(0.7, 0.95, 0.5)]
    public void Fifty_steps_agree_with_the_stock_optimizer(double beta1, double beta2, double clip)
    {
        using var scope = NewDisposeScope();
        var mlp = new Mlp(7, [33], 3, Activation.Elu, true);
        using var ours = new ParameterSet(mlp.Parameters());
        mlp.Initialize(ours, Initialization.Uniform, new CounterRandom(1, "w"));
        var stock = ours.Frozen.ToArray().Select(p => new Parameter(p.clone())).ToArray();
        var adam = new Adam(ours, beta1, beta2);
        var reference = optim.Adam(stock, 1e-2, beta1, beta2);
        var random = new CounterRandom(2, "data");
        for (int i = 0; i < 50; i++)
        {
            var x = random.NormalTensor(i, 16, 7);
            Backward.Run(mlp.Forward(x, ours.Trainable).pow(2).sum());
            reference.zero_grad();
            mlp.Forward(x, stock).pow(2).sum().backward();
            double norm = nn.utils.clip_grad_norm_(stock, clip);
            var report = adam.Step(1e-2, clip);
            reference.step();
            Assert.Equal(norm, report.GradientNorm, norm * 1e-5);
            Assert.Equal(norm > clip, report.Clipped);
        }
        for (int i = 0; i < stock.Length; i++)
        {
            float difference = (stock[i] - ours.Frozen[i]).abs().max().item<float>();
            float size = Math.Max(stock[i].abs().max().item<float>(), 0.1f);
            Assert.InRange(difference / size, 0f, 1e-5f);
        }
    }

    [Fact]
    public void One_step_agrees_with_the_stock_optimizer_to_rounding()
    {
        using var scope = NewDisposeScope();
        using var ours = new ParameterSet([new ParameterShape("w", 1000)]);
        new CounterRandom(1, "w").Normal(ours[0], 0);
        var stock = new Parameter(ours.Frozen[0].clone());
        var adam = new Adam(ours, 0.7, 0.95);
        var reference = optim.Adam([stock], 1e-3, 0.7, 0.95);
        for (int i = 0; i < 50; i++)
        {
            // gradients that do not depend on the weights: no error is fed back
            var gradient = new CounterRandom(2, "g").NormalTensor(i, 1000);
            gradient.Values<float>().CopyTo(ours.Gradients);
            stock.grad = gradient;
            adam.Step(1e-3);
            reference.step();
        }
        Assert.InRange((stock - ours.Frozen[0]).abs().max().item<float>(), 0f, 3e-7f * 4);
    }

    [Fact]
    public void A_step_with_a_non_finite_gradient_is_left_out_and_counted()
    {
        using var parameters = new ParameterSet([new ParameterShape("w", 3)]);
        var adam = new Adam(parameters);
        parameters.Gradients[1] = float.NaN;
        var report = adam.Step(0.1, 1);
        Assert.True(report.Skipped);
        Assert.Equal(1, adam.Skipped);
        Assert.All(parameters.Values.ToArray(), v => Assert.Equal(0f, v));
        Assert.All(parameters.Gradients.ToArray(), v => Assert.Equal(0f, v));
        parameters.Gradients[1] = 1e30f;
        Assert.Equal(1e30, adam.Step(0.1, 1).GradientNorm, 1e24);
        Assert.Equal(-0.1f, parameters.Values[1], 1e-6f);
    }

    [Fact]
    public void Moments_and_counts_come_back_from_a_checkpoint()
    {
        using var p1 = new ParameterSet([new ParameterShape("w", 20)]);
        using var p2 = new ParameterSet([new ParameterShape("w", 20)]);
        Adam a = new(p1), b = new(p2);
        Push(p1, a, 5);
        var checkpoint = new LearningCheckpoint();
        a.Save(checkpoint);
        p2.CopyFrom(p1);
        b.Load(checkpoint);
        Push(p1, a, 5);
        Push(p2, b, 5);
        Assert.Equal(p1.Values.ToArray(), p2.Values.ToArray());

        static void Push(ParameterSet p, Adam adam, int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                new CounterRandom(1, "g").Normal(p.Gradients, adam.Steps);
                adam.Step(0.01, 1);
            }
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.55)]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.1)]
    public void The_schedule_is_a_line(double progress, double expected) => Assert.Equal(expected, Schedule.Linear(1, 0.1, progress), 1e-12);
}
