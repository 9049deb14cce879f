using MbMix.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace MbMix.Hosting;

/// <summary>
/// Evaluates the deterministic policy from random start states with their own seed. Evaluations do not touch any random
/// stream of training, so that runs with and without evaluations are identical.
/// </summary>
/// <remarks>
/// An episode ends with a fault if the environment reports one, or if a reward, observation or state is not finite. It
/// then counts with the return it had until then.
/// </remarks>
public static class Evaluator
{
    /// <summary>Largest number of episodes of an evaluation.</summary>
    public const int MaximumEpisodes = 1_000_000;

    // larger evaluations run batch after batch, so that their memory is limited and they can be stopped soon
    private const int BatchSize = 2048;

    /// <summary>Evaluates a policy over several episodes, which run in batches.</summary>
    /// <param name="env">The environment. It keeps no episode state, so it may be the one used for training.</param>
    /// <param name="policy">The policy to evaluate.</param>
    /// <param name="episodes">Number of episodes, 1 to 1,000,000.</param>
    /// <param name="seed">Seed of the start states.</param>
    /// <param name="cancellationToken">Ends the evaluation within a control step.</param>
    /// <exception cref="ConfigurationException">The number of episodes is out of range.</exception>
    /// <exception cref="MbMixException">A start state is not finite.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was canceled; nothing is left of it.</exception>
    public static EvaluationResult Evaluate(
        IDifferentiableEnv env, IPolicy policy, int episodes, long seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(policy);
        if (episodes is < 1 or > MaximumEpisodes)
            throw new ConfigurationException(
                $"{episodes} is not a number of evaluation episodes; 1 to {MaximumEpisodes} is expected.");
        var keys = StartKeys(seed, episodes);
        var outcome = new EpisodeOutcomes(episodes);
        if (!TorchLibrary.IsPresent)
        {
            EvaluateInArrays(env, policy, keys, outcome, cancellationToken);
            return outcome.ToResult();
        }
        using var quiet = torch.no_grad();
        for (int first = 0; first < episodes; first += BatchSize)
        {
            using var scope = torch.NewDisposeScope();
            int count = Math.Min(BatchSize, episodes - first);
            RunBatch(env, policy, keys.AsSpan(first, count), outcome, first, cancellationToken);
        }
        return outcome.ToResult();
    }

    /// <summary>Does the same without tensors, if environment and policy can.</summary>
    /// <exception cref="MbMixException">One of them needs libtorch.</exception>
    internal static void EvaluateInArrays(
        IDifferentiableEnv env, IPolicy policy, LaneKey[] keys, EpisodeOutcomes outcome,
        CancellationToken cancellationToken)
    {
        var access = policy is IRecurrentPolicy ? null : env as IArrayAccess;
        var (single, precise) = (access?.Arrays<float>(), access?.Arrays<double>());
        if (single is null && precise is null) TorchLibrary.Require();
        for (int first = 0; first < keys.Length; first += BatchSize)
        {
            var batch = keys.AsSpan(first, Math.Min(BatchSize, keys.Length - first));
            if (single is not null)
                new ArrayEvaluator<float>(single, env.Spec, policy).RunBatch(batch, outcome, first, cancellationToken);
            else
                new ArrayEvaluator<double>(precise!, env.Spec, policy).RunBatch(
                    batch, outcome, first, cancellationToken);
        }
    }

    /// <summary>
    /// Returns the keys of the start states of an evaluation. They form a stream of their own: even with the same seed,
    /// no episode of training starts from them.
    /// </summary>
    internal static LaneKey[] StartKeys(long seed, int episodes)
    {
        // the finalizer of SplitMix64 (Steele, Lea, Flood 2014) scatters the seeds; the constant, which is the leading
        // bits of e, keeps seed 0 from mapping to itself
        ulong z = unchecked((ulong)seed + 0xADF85458A2BB4A9A);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        long stream = (long)((z ^ (z >> 31)) >> 1);
        var keys = new LaneKey[episodes];
        for (int i = 0; i < episodes; i++) keys[i] = new LaneKey(stream, i, 0);
        return keys;
    }

    private static void RunBatch(
        IDifferentiableEnv env, IPolicy policy, ReadOnlySpan<LaneKey> keys, EpisodeOutcomes outcome, int first,
        CancellationToken cancellationToken)
    {
        int count = keys.Length, left = count;
        var spec = env.Spec;
        var running = new bool[count];
        var wrong = new bool[count];
        Array.Fill(running, true);
        Tensor start = env.Reset(keys), startObservation = env.Observe(
            start, torch.zeros([count, spec.Action.Size], spec.StateType));
        if (!start.AllFinite() || !startObservation.AllFinite())
            throw new MbMixException($"{spec.Id}: a start state or its observation is not finite.");
        using var acting = new PolicyLanes(policy, count);
        var (state, observation) = (start.alias(), startObservation.alias());
        for (int t = 0; t < spec.EpisodeLength && left > 0; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = torch.NewDisposeScope();
            var action = acting.Act(observation).to(spec.StateType);
            var step = env.Step(state, action);
            double[] reward = [.. step.Reward.to(torch.ScalarType.Float64).contiguous().Values<double>()];
            bool[] terminated = [.. step.Terminated.contiguous().Values<bool>()];
            int[] fault = [.. step.Fault.contiguous().Values<int>()];
            Array.Clear(wrong);
            bool strange = step.NextState.MarkNotFinite(wrong) | step.Observation.MarkNotFinite(wrong);
            for (int i = 0; i < count; i++)
            {
                bool faulted = outcome.IsFault(first + i, fault[i], !wrong[i], reward[i]);
                strange |= wrong[i] = faulted;
                if (!running[i]) continue;
                if (!faulted)
                {
                    outcome.Add(first + i, reward[i]);
                    if (!terminated[i]) continue;
                }
                else
                {
                    int lane = i;
                    outcome.AddFault(t, () => Explain(env, state, action, step, reward[lane], fault[lane], lane));
                }
                running[i] = false;
                left--;
            }
            state.Dispose();
            observation.Dispose();
            (state, observation) = (step.NextState, step.Observation);
            if (strange)
            {
                // lanes that failed go on from their start, so that nothing that is not finite is stepped
                acting.Reset(wrong);
                using var mask = torch.tensor(wrong).unsqueeze(1);
                (state, observation) =
                    (torch.where(mask, start, state), torch.where(mask, startObservation, observation));
            }
            state = state.MoveToOuterDisposeScope();
            observation = observation.MoveToOuterDisposeScope();
        }
    }

    private static string Explain(
        IDifferentiableEnv env, Tensor state, Tensor action, in EnvStep step, double reward, int fault, int lane)
    {
        string explained = fault != FaultCode.None && env is IFaultExplainer explainer
            ? explainer.ExplainFault(state.narrow(0, lane, 1), action.narrow(0, lane, 1)) : "";
        return EpisodeOutcomes.Explain(
            fault, explained, reward, step.NextState.narrow(0, lane, 1).AllFinite(),
            step.Observation.narrow(0, lane, 1).AllFinite());
    }
}
