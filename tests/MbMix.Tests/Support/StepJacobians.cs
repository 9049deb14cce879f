using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Tests.Support;

/// <summary>Jacobians of steps as one matrix per lane, and references to compare them with.</summary>
internal static class StepJacobians
{
    private const torch.ScalarType Double = torch.ScalarType.Float64;

    /// <summary>What the environment says, [B, T + O + 1, T + A].</summary>
    public static Tensor Of(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        var jacobians = ((IJacobianEnv)env).Linearize(state, action);
        return torch.cat(
            [
                torch.cat([jacobians.State, jacobians.Action], 2),
                torch.cat([jacobians.ObservationState, jacobians.ObservationAction], 2),
                torch.cat([jacobians.RewardState, jacobians.RewardAction], 1).unsqueeze(1),
            ],
            1);
    }

    /// <summary>A backward pass, Linearize and Pullback agree.</summary>
    public static void RequireBackwardIsTheSame(IDifferentiableEnv env, Tensor state, Tensor action)
    {
        int lanes = (int)state.shape[0];
        Tensor Weights(int width, int seed) => new CounterRandom(seed, "weights").NormalTensor(0, lanes, width).to(Double);
        Tensor w = Weights(env.Chart.TangentSize, 1);
        Tensor o = Weights(env.Spec.Observation.Size, 2);
        Tensor r = Weights(1, 3).squeeze(1);
        var displacement = torch.zeros([lanes, env.Chart.TangentSize], Double).requires_grad_(true);
        var control = action.clone().requires_grad_(true);
        var step = env.Step(env.Chart.Integrate(state, displacement), control);
        var tangent = env.Chart.Difference(step.NextState.detach(), step.NextState);
        Backward.Run((tangent * w).sum() + (step.Observation * o).sum() + (step.Reward * r).sum());

        var j = ((IJacobianEnv)env).Linearize(state, action);
        Tensor Pull(Tensor next, Tensor observation, Tensor reward) =>
            w.unsqueeze(1).matmul(next).squeeze(1)
            + o.unsqueeze(1).matmul(observation).squeeze(1)
            + (r.unsqueeze(1) * reward);
        Close(Pull(j.State, j.ObservationState, j.RewardState), displacement.grad!, 1e-6);
        Close(Pull(j.Action, j.ObservationAction, j.RewardAction), control.grad!, 1e-6);
        var (byState, byAction) = ((IJacobianEnv)env).Pullback(state, action, w.unsqueeze(1));
        Close(w.unsqueeze(1).matmul(j.State), byState, 1e-12);
        Close(w.unsqueeze(1).matmul(j.Action), byAction, 1e-12);
    }

    /// <summary>
    /// (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h through the environment's own step and chart.
    /// </summary>
    public static Tensor FourPoint(IDifferentiableEnv env, Tensor state, Tensor action, double h)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        int t = env.Chart.TangentSize;
        var center = env.Step(state, action).NextState;
        Tensor At(int input, double by)
        {
            Tensor delta = torch.zeros([state.shape[0], t], Double), control = action.clone();
            if (input < t) delta.select(1, input).add_(by);
            else control.select(1, input - t).add_(by);
            var step = env.Step(env.Chart.Integrate(state, delta), control);
            return torch.cat(
                [env.Chart.Difference(center, step.NextState), step.Observation, step.Reward.unsqueeze(1)], 1);
        }
        Tensor Column(int input) =>
            ((8 * (At(input, h) - At(input, -h))) - (At(input, 2 * h) - At(input, -2 * h))) / (12 * h);
        var columns = Enumerable.Range(0, t + env.Spec.Action.Size).Select(Column);
        return torch.stack([.. columns], 2).MoveToOuterDisposeScope();
    }

    public static double[] RelativeErrors(Tensor expected, Tensor actual)
    {
        double Error(int lane) => ((actual[lane] - expected[lane]).norm() / expected[lane].norm()).item<double>();
        return [.. Enumerable.Range(0, (int)expected.shape[0]).Select(Error)];
    }

    public static string List(double[] values) => string.Join(' ', values.Select(v => v.ToString("G2")));

    public static void Close(Tensor expected, Tensor actual, double limit)
    {
        double error = ((expected - actual).norm() / expected.norm()).item<double>();
        Assert.True(error < limit, $"relative difference {error:G3}, limit {limit}");
    }
}
