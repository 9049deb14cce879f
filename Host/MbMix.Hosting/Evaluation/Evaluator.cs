using System.Runtime.InteropServices;
using TorchSharp;

namespace MbMix.Hosting;

/// <summary>
/// Evaluates the deterministic policy from random start states with their own seed. Evaluations do not touch any random
/// stream of training, so that runs with and without evaluations are identical.
/// </summary>
public static class Evaluator
{
    /// <summary>Evaluates a policy over several episodes, which run as one batch.</summary>
    /// <param name="env">The environment. It keeps no episode state, so it may be the one used for training.</param>
    /// <param name="policy">The policy to evaluate.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="seed">Seed of the start states.</param>
    public static EvaluationResult Evaluate(IDifferentiableEnv env, IPolicy policy, int episodes, long seed)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(policy);
        if (episodes < 1) throw new ConfigurationException($"{episodes} evaluation episodes are too few: at least 1.");
        var lanes = new LaneKey[episodes];
        for (int i = 0; i < episodes; i++) lanes[i] = new LaneKey(seed, i, 0);
        var returns = new double[episodes];
        var lengths = new int[episodes];
        var running = new bool[episodes];
        Array.Fill(running, true);
        int left = episodes, faults = 0;

        using var quiet = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var state = env.Reset(lanes);
        var observation = env.Observe(state, torch.zeros([episodes, env.Spec.Action.Size], env.Spec.StateType));
        for (int t = 0; t < env.Spec.EpisodeLength && left > 0; t++)
        {
            using var inner = torch.NewDisposeScope();
            var step = env.Step(state, policy.Act(observation).to(env.Spec.StateType));
            double[] reward = Doubles(step.Reward);
            var terminated = Values<bool>(step.Terminated);
            var fault = Values<int>(step.Fault);
            for (int i = 0; i < episodes; i++)
            {
                if (!running[i]) continue;
                if (fault[i] == FaultCode.None)
                {
                    returns[i] += reward[i];
                    lengths[i]++;
                }
                else
                {
                    faults++;
                }
                if (fault[i] == FaultCode.None && !terminated[i]) continue;
                running[i] = false;
                left--;
            }
            state.Dispose();
            observation.Dispose();
            state = step.NextState.MoveToOuterDisposeScope();
            observation = step.Observation.MoveToOuterDisposeScope();
        }
        return new EvaluationResult(returns, lengths, faults);
    }

    private static T[] Values<T>(torch.Tensor tensor) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(tensor.contiguous().bytes).ToArray();

    private static double[] Doubles(torch.Tensor tensor) => Values<double>(tensor.to(torch.ScalarType.Float64));
}
