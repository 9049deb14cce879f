using System.Numerics;
using MbMix.Numerics;

namespace MbMix.Hosting;

/// <summary>
/// Evaluates a policy without tensors, one observation at a time, where there is no libtorch. Returns may differ in
/// last digits from those of batches, whose functions round differently.
/// </summary>
/// <param name="env">The environment.</param>
/// <param name="spec">Its description.</param>
/// <param name="policy">The policy, which keeps no memory.</param>
internal sealed class ArrayEvaluator<T>(IArrayEnv<T> env, EnvSpec spec, IPolicy policy)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int states = spec.State.Size;
    private readonly int observations = spec.Observation.Size;
    private readonly int actions = spec.Action.Size;

    /// <summary>Runs one batch of episodes.</summary>
    /// <param name="keys">Keys of their start states.</param>
    /// <param name="outcome">Receives what they come to.</param>
    /// <param name="first">Number of the first episode of the batch.</param>
    /// <param name="cancellationToken">Ends the batch within a control step.</param>
    /// <exception cref="MbMixException">A start state is not finite.</exception>
    public void RunBatch(
        ReadOnlySpan<LaneKey> keys, EpisodeOutcomes outcome, int first, CancellationToken cancellationToken)
    {
        int count = keys.Length, left = count;
        bool[] running = new bool[count];
        Array.Fill(running, true);
        T[] start = new T[count * states], startObservation = new T[count * observations];
        env.Reset(keys, start);
        env.Observe(start, new T[count * actions], startObservation);
        if (!AreFinite(start) || !AreFinite(startObservation))
            throw new MbMixException($"{spec.Id}: a start state or its observation is not finite.");
        T[] state = [.. start], observation = [.. startObservation], action = new T[count * actions];
        var step = new ArrayStep<T>(spec, count);
        for (int t = 0; t < spec.EpisodeLength && left > 0; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Act(observation, action);
            env.Step(state, action, step, []);
            step.NextState.CopyTo(state, 0);
            step.Observation.CopyTo(observation, 0);
            for (int i = 0; i < count; i++)
            {
                Span<T> s = Row(state, i, states), o = Row(observation, i, observations);
                bool stateIsFinite = AreFinite(s), observationIsFinite = AreFinite(o);
                double reward = double.CreateTruncating(step.Reward[i]);
                bool faulted = outcome.IsFault(
                    first + i, step.Fault[i], stateIsFinite && observationIsFinite, reward);
                if (faulted)
                {
                    // lanes that failed go on from their start, so that nothing that is not finite is stepped
                    Row(start, i, states).CopyTo(s);
                    Row(startObservation, i, observations).CopyTo(o);
                }
                if (!running[i]) continue;
                if (!faulted)
                {
                    outcome.Add(first + i, reward);
                    if (!step.Terminated[i]) continue;
                }
                else
                {
                    int fault = step.Fault[i];
                    outcome.AddFault(
                        t, () => EpisodeOutcomes.Explain(fault, "", reward, stateIsFinite, observationIsFinite));
                }
                running[i] = false;
                left--;
            }
        }
    }

    private void Act(T[] observation, T[] action)
    {
        float[] seen = new float[observations], chosen = new float[actions];
        for (int i = 0; i < action.Length / actions; i++)
        {
            var row = Row(observation, i, observations);
            for (int k = 0; k < row.Length; k++) seen[k] = float.CreateTruncating(row[k]);
            policy.Act(seen, chosen);
            for (int k = 0; k < actions; k++) action[(i * actions) + k] = T.CreateTruncating(chosen[k]);
        }
    }

    private static Span<T> Row(T[] rows, int row, int size) => rows.AsSpan(row * size, size);

    private static bool AreFinite(ReadOnlySpan<T> values)
    {
        foreach (var value in values)
        {
            if (!T.IsFinite(value)) return false;
        }
        return true;
    }
}
