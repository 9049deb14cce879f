using MbMix.Learning;
using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.MAAC;

/// <summary>
/// Compares returns that the model foretells with those that came: from states of a window that the model has not been
/// trained on, with the actions that were taken, over as many steps as the actor's objective has. A model that promises
/// more than comes is being exploited.
/// </summary>
internal sealed class ReturnCheck(PredictedDynamics dynamics, MaacOptions options) : IDisposable
{
    private readonly List<(Tensor State, Tensor Action, float[] Rewards, bool[] Terminated, bool[] Ended)> steps = [];

    /// <summary>Keeps one step of all environments.</summary>
    public void Add(VectorEnv envs, Tensor action, VectorStep step)
    {
        var rewards = new float[envs.Lanes];
        step.Reward.CopyTo(rewards);
        var ended = new bool[envs.Lanes];
        for (int b = 0; b < ended.Length; b++) ended[b] = envs.Done[b] || envs.Faulted[b];
        steps.Add((
            step.State.detach().clone().DetachFromDisposeScope(), action.detach().clone().DetachFromDisposeScope(),
            rewards, envs.Terminated.ToArray(), ended));
    }

    /// <summary>Mean returns, foretold and real; NaN if the window is too short or every stretch was cut off.</summary>
    public (double Foretold, double Realized) Compare()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        int length = options.ActorHorizon + 1;
        double foretold = 0, realized = 0;
        long count = 0;
        for (int first = 0; first + length <= steps.Count; first += length)
        {
            using var inner = torch.NewDisposeScope();
            float[] sums = Foretell(first, length);
            for (int b = 0; b < sums.Length; b++)
            {
                if (Realized(first, length, b) is not { } sum || !float.IsFinite(sums[b])) continue;
                (foretold, realized, count) = (foretold + sums[b], realized + sum, count + 1);
            }
        }
        return (foretold / count, realized / count);
    }

    public void Dispose()
    {
        foreach (var step in steps)
        {
            step.State.Dispose();
            step.Action.Dispose();
        }
    }

    private float[] Foretell(int first, int length)
    {
        var state = steps[first].State;
        var none = torch.zeros(state.size(0));
        var sum = Maac.Objective(
            length - 1, options.Gamma, state, none.unsqueeze(1), (i, _) => dynamics.Action(steps[first + i].Action),
            dynamics.Next, dynamics.Env.Evaluate, _ => none);
        var sums = new float[state.size(0)];
        sum.CopyTo(sums);
        return sums;
    }

    // null where the stretch was cut off by anything but the task's own end
    private double? Realized(int first, int length, int lane)
    {
        double sum = 0, discount = 1;
        for (int i = first; i < first + length; i++, discount *= options.Gamma)
        {
            sum += discount * steps[i].Rewards[lane];
            if (steps[i].Terminated[lane]) return sum;
            if (steps[i].Ended[lane] && i + 1 < first + length) return null;
        }
        return sum;
    }
}
