using MbMix.Model.Sobolev;
using MbMix.Numerics;
using MbMix.Simulation;
using MbMix.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
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
    public void The_derivatives_of_some_transitions_stand_for_those_of_all()
    {
        using var env = Training.CartPole();
        var data = Transitions(env, 0, DerivativeTargets.Projected);
        FitReport Report(int rows, TransitionBatch batch)
        {
            using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [32], LearningRate = 1e-8, Alpha = 1, DerivativeBatch = rows }, Training.ModelContext(env));
            return model.Fit(batch);
        }
        FitReport all = Report(0, data), some = Report(Few, data);
        Assert.Equal(all, Report(Rows, data));
        Assert.Equal(all.ValueError, some.ValueError);
        Assert.NotEqual(all.DerivativeError, some.DerivativeError);
        Assert.InRange(some.DerivativeError / all.DerivativeError, 0.7, 1.4);
    }

    [Theory]
    [InlineData("cartpole", 1e-4)]
    [InlineData("ant", 0.05)] // the derivatives of the sum are taken at the true turn of the step, not at the predicted one
    public void The_reported_errors_are_those_of_predictions_and_their_derivatives(string task, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var env = TracedEnv.Create(Tasks.Make(task, randomStart: true), new TracedEnvOptions(), new EnvContext { Workers = Training.Workers, Logger = NullLogger.Instance });
        var chart = env.Chart;
        var state = env.Reset([.. Enumerable.Range(0, 256).Select(lane => new LaneKey(1, lane, 0))]);
        Tensor action = (new CounterRandom(3, "actions").UniformTensor(0, 256, env.Spec.Action.Size) * 2) - 1, next, moved, spread;
        using (torch.no_grad())
        {
            for (int t = 0; t < 5; t++) state = env.Step(state, action).NextState;
            next = env.Step(state, action).NextState;
            moved = chart.Difference(state, next);
            // running statistics start with a variance of 1 and a count of 1e-4
            spread = (moved.var(0, unbiased: false) + (1e-4 / 256)).sqrt();
        }
        var v = new CounterRandom(3, "directions").NormalTensor(0, 256, 1, chart.TangentSize) / spread;
        var (ofState, ofAction) = ((IJacobianEnv)env).Pullback(state, action, v);
        using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [16], LearningRate = 1e-8, Alpha = 1 }, Training.ModelContext(env));
        var report = model.Fit(new TransitionBatch(state, action, next, v, ofState, ofAction));

        // the same from predictions: each component of the input in units of its spread
        Tensor displacement = torch.zeros(256, chart.TangentSize, requires_grad: true), acted = action.clone().requires_grad_(true);
        var predicted = model.Predict(chart.Integrate(state, displacement), acted);
        Backward.Run([chart.Difference(next, predicted)], [v.squeeze(1)], [displacement, acted]);
        var ofStates = chart.Difference(state[0].unsqueeze(0).expand(state.shape), state).std(0, unbiased: false);
        ofStates = torch.where(ofStates > 1e-6, ofStates, torch.ones_like(ofStates));
        var byState = (displacement.grad! - ofState.squeeze(1)) * ofStates;
        var byAction = (acted.grad! - ofAction.squeeze(1)) * action.std(0, unbiased: false);
        double derivative = torch.cat([byState, byAction], 1).square().mean().item<float>();
        double value = ((chart.Difference(state, predicted.detach()) - moved) / spread).square().mean().item<float>();
        Assert.InRange(report.DerivativeError / derivative, 1 - tolerance, 1 + tolerance);
        Assert.InRange(report.ValueError / value, 1 - 1e-3, 1 + 1e-3);
    }

    [Fact]
    public void Predicting_trains_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        SobolevMlp Make() => new(new SobolevMlpOptions { Hidden = [8] }, Training.ModelContext(env));
        using SobolevMlp predicting = Make(), idle = Make();
        var data = Transitions(env, 0, DerivativeTargets.Projected);
        AssertSame(fitted: 0);
        for (int fits = 1; fits <= 3; fits++)
        {
            // what a backward pass through a prediction might leave behind, the next fit would use
            var state = data.State.detach().requires_grad_(true);
            Backward.Run(predicting.Predict(state, data.Action).square().sum());
            Assert.True(state.grad!.abs().max().item<float>() > 0);
            AssertSame(fits - 1);
            Assert.Equal(idle.Fit(data), predicting.Fit(data));
            AssertSame(fits);
        }
        Assert.NotEqual(Weights(Make()), Weights(idle));

        void AssertSame(int fitted) =>
            Assert.True(Weights(idle).SequenceEqual(Weights(predicting)), $"weights differ after {fitted} fits");

        static byte[] Weights(SobolevMlp model)
        {
            var checkpoint = new LearningCheckpoint();
            model.Save(checkpoint);
            return [.. checkpoint.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).SelectMany(e => e.Value)];
        }
    }

    [Fact]
    public void Without_directions_there_is_no_derivative_error_and_fitting_still_changes_the_model()
    {
        using var scope = torch.NewDisposeScope();
        using var env = Training.CartPole();
        using var model = new SobolevMlp(new SobolevMlpOptions { Hidden = [8] }, Training.ModelContext(env));
        var data = Transitions(env, 0, DerivativeTargets.Projected) with { Directions = null };
        var before = model.Predict(data.State, data.Action);
        for (int fits = 0; fits < 2; fits++) Assert.Equal(0, model.Fit(data).DerivativeError);
        float change = (before - model.Predict(data.State, data.Action)).abs().max().item<float>();
        Assert.True(change > 0, "fitting changed nothing");
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
        var (ofState, ofAction) = ((IJacobianEnv)env).Pullback(state, action, v);
        return new TransitionBatch(state, action, next, v, ofState, ofAction);
    }
}
