using MbMix.Algo.MBMIX;
using MbMix.Learning;
using MbMix.Tests.Support;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Learning;

/// <summary>The dynamics model learns values and derivatives of the cart-pole.</summary>
public sealed class SobolevModel
{
    private const int Rows = 1024, Few = 256, Steps = 1000;

    [Fact]
    public void From_few_transitions_matching_derivatives_learns_values_and_derivatives_better()
    {
        var (plainValue, plainDerivative) = HeldOutErrors(alpha: 0, DerivativeTargets.None);
        var (value, derivative) = HeldOutErrors(alpha: 1, DerivativeTargets.Projected);
        Assert.True(value < 0.5 * plainValue, $"{value:P2} of the change unexplained with Sobolev training, {plainValue:P2} without");
        Assert.True(derivative < 0.75 * plainDerivative, $"relative derivative error {derivative:G3} with Sobolev training, {plainDerivative:G3} without");
    }

    [Fact]
    public void Full_and_projected_targets_measure_the_same_error()
    {
        // projections on random unit directions are an unbiased estimate of the mean over all rows
        using var env = Training.CartPole();
        double[] errors = [.. new[] { DerivativeTargets.Full, DerivativeTargets.Projected }.Select(kind =>
        {
            using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [32], Derivatives = kind, LearningRate = 1e-8, Alpha = 1 }, Training.ModelContext(env));
            var data = Transitions(env, 0, kind);
            return model.Fit(data).DerivativeError;
        })];
        Assert.Equal(errors[0], errors[1], 0.1 * errors[0]);
    }

    [Fact]
    public void Predicting_trains_nothing()
    {
        using var env = Training.CartPole();
        using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [8] }, Training.ModelContext(env));
        using var scope = torch.NewDisposeScope();
        var data = Transitions(env, 0, DerivativeTargets.Projected);
        var before = model.Predict(data.State, data.Action);
        var state = data.State.detach().requires_grad_(true);
        Backward.Run(model.Predict(state, data.Action).square().sum());
        Assert.NotNull(state.grad);
        model.Fit(data with { Directions = null });
        var report = model.Fit(data with { Directions = null });
        Assert.Equal(0, report.DerivativeError);
        Assert.False((before - model.Predict(data.State, data.Action)).abs().max().item<float>() == 0, "fitting changed nothing");
    }

    /// <summary>Errors on states the model has not seen: share of the change unexplained, and relative Frobenius error of the Jacobian of the change.</summary>
    private static (double Value, double Derivative) HeldOutErrors(double alpha, DerivativeTargets derivatives)
    {
        using var env = Training.CartPole();
        using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [64], Alpha = alpha, Derivatives = derivatives, LearningRate = 3e-3 }, Training.ModelContext(env));
        for (int k = 0; k < Steps; k++)
        {
            using var scope = torch.NewDisposeScope();
            var data = Transitions(env, 0, derivatives);
            var rows = torch.randint(Few, 64, generator: new torch.Generator((ulong)k));
            model.Fit(new TransitionBatch(
                data.State.index_select(0, rows), data.Action.index_select(0, rows), data.NextState.index_select(0, rows),
                data.Directions?.index_select(0, rows), data.StateProducts?.index_select(0, rows), data.ActionProducts?.index_select(0, rows)));
        }
        using var outer = torch.NewDisposeScope();
        var test = Transitions(env, 99, DerivativeTargets.None);
        Tensor predicted, truth = test.NextState - test.State;
        using (torch.no_grad()) predicted = model.Predict(test.State, test.Action) - test.State;
        var exact = ((IJacobianEnv)env).Linearize(test.State, test.Action);
        var state = test.State.detach().requires_grad_(true);
        double error = 0, size = 0;
        for (int i = 0; i < 4; i++)
        {
            if (state.grad is { } old) old.zero_();
            Backward.Run((model.Predict(state, test.Action) - state).select(1, i).sum());
            var row = exact.State.select(1, i).clone();
            row.select(1, i).sub_(1);
            error += (state.grad! - row).square().sum().item<float>();
            size += row.square().sum().item<float>();
        }
        return (((predicted - truth).square().mean([0L]) / truth.square().mean([0L])).mean().item<float>(), Math.Sqrt(error / size));
    }

    private static TransitionBatch Transitions(IDifferentiableEnv env, int draw, DerivativeTargets derivatives)
    {
        using var noGrad = torch.no_grad();
        var random = new CounterRandom(3, "transitions");
        var state = (random.UniformTensor(draw, Rows, 4) - 0.5) * torch.tensor(new float[] { 4, 6.28f, 6, 12 });
        var action = (new CounterRandom(3, "actions").UniformTensor(draw, Rows, 1) * 2) - 1;
        var next = env.Step(state, action).NextState;
        if (derivatives == DerivativeTargets.None) return new TransitionBatch(state, action, next);
        var spread = (next - state).std(0, unbiased: false);
        var v = new CounterRandom(3, "directions").NormalTensor(draw, Rows, 1, 4);
        v = derivatives == DerivativeTargets.Full ? torch.eye(4).expand(Rows, 4, 4) : v / v.norm(2, keepdim: true, p: 2f);
        v = (v / spread).contiguous();
        var (ofState, ofAction) = ((IJacobianEnv)env).VectorJacobian(state, action, v);
        return new TransitionBatch(state, action, next, v, ofState, ofAction);
    }
}
