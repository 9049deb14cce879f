using MbMix.Numerics;
using TorchSharp;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Replayed sequences, time first. A record holds an observation, what came with it (the reward, and whether it is the
/// first or the last of its episode) and the action that was chosen there.
/// </summary>
internal sealed class SequenceBatch
{
    private readonly bool[] anyFirst;

    /// <summary>Arranges the columns of a replay buffer.</summary>
    /// <param name="columns">Observation, action, reward, first, last and terminal, each <c>[T, B, ...]</c>.</param>
    public SequenceBatch(Tensor[] columns)
    {
        (Observation, Reward, First, Last, Terminal) = (columns[0], columns[2], columns[3], columns[4], columns[5]);
        (Steps, Sequences) = ((int)Reward.shape[0], (int)Reward.shape[1]);
        anyFirst = new bool[Steps];
        PreviousAction = torch.zeros_like(columns[1]);
        Span<float> first = First.Values<float>(), last = Last.Values<float>();
        Span<float> previous = PreviousAction.Values<float>();
        ReadOnlySpan<float> actions = columns[1].Values<float>();
        int size = actions.Length / first.Length;
        for (int i = 0; i < first.Length; i++)
        {
            // no state is known before a sequence
            if (i < Sequences) first[i] = 1;
            if (first[i] != 0) anyFirst[i / Sequences] = true;
            if (i < Sequences) continue;
            // an episode that was given up has no last record of its own
            if (first[i] != 0) last[i - Sequences] = 1;
            else actions.Slice((i - Sequences) * size, size).CopyTo(previous[(i * size)..]);
        }
    }

    /// <summary>Number of steps T.</summary>
    public int Steps { get; }

    /// <summary>Number of sequences B.</summary>
    public int Sequences { get; }

    /// <summary>Observations <c>[T, B, O]</c>.</summary>
    public Tensor Observation { get; }

    /// <summary>The actions before the observations, <c>[T, B, A]</c>; 0 where an episode begins.</summary>
    public Tensor PreviousAction { get; }

    /// <summary>Rewards that came with the observations, <c>[T, B]</c>.</summary>
    public Tensor Reward { get; }

    /// <summary>1 where an episode, or a sequence, begins.</summary>
    public Tensor First { get; }

    /// <summary>1 where an episode ends.</summary>
    public Tensor Last { get; }

    /// <summary>1 where the task terminated.</summary>
    public Tensor Terminal { get; }

    /// <summary>Whether an episode begins at a step of any sequence.</summary>
    public bool AnyFirst(int step) => anyFirst[step];

    /// <summary>0 where an episode begins at a step and 1 elsewhere, <c>[B, 1]</c>.</summary>
    public Tensor Keep(int step) => 1 - First[step].unsqueeze(1);

    /// <summary>The rows of a column, <c>[T B, n]</c>.</summary>
    public Tensor Flat(Tensor column) => column.view((long)Steps * Sequences, -1);
}
