using MbMix.Learning;
using MbMix.Numerics;

namespace MbMix.Algo.DreamerV3;

/// <summary>
/// Writes what the environments do as records. A record holds an observation, the reward that came with it and the
/// action that was chosen there; an episode of L steps has L + 1 records, and the last one has no action.
/// </summary>
/// <param name="envs">The environments.</param>
/// <param name="replay">Receives the records, with the columns of <see cref="Columns"/>.</param>
/// <param name="spec">Description of the environment.</param>
internal sealed class Recorder(VectorEnv envs, SequenceReplay replay, EnvSpec spec) : ICheckpointed
{
    private readonly float[] row = new float[replay.Width];
    private readonly float[] observations = new float[envs.Lanes * spec.Observation.Size];
    private readonly float[] actions = new float[envs.Lanes * spec.Action.Size];

    // what came with the current observation
    private readonly float[] rewards = new float[envs.Lanes];
    private readonly bool[] first = [.. Enumerable.Repeat(true, envs.Lanes)];

    /// <summary>The columns of a record.</summary>
    public static ReplayColumn[] Columns(EnvSpec spec) =>
    [
        new("observation", spec.Observation.Size), new("action", spec.Action.Size), new("reward"), new("first"),
        new("last"), new("terminal"),
    ];

    /// <summary>Records the observations and what was chosen there.</summary>
    /// <param name="observation">The current observations <c>[B, O]</c>.</param>
    /// <param name="action">Actions <c>[B, A]</c>, as they were drawn.</param>
    public void Acted(Tensor observation, Tensor action)
    {
        observation.CopyTo(observations);
        action.CopyTo(actions);
        for (int b = 0; b < envs.Lanes; b++)
        {
            var chosen = actions.AsSpan(b * spec.Action.Size, spec.Action.Size);
            Write(b, chosen, rewards[b], first[b], last: false, terminal: false);
        }
    }

    /// <summary>
    /// Takes up what came of the actions. Where an episode ended, its last observation becomes a record of its own,
    /// unless the lane failed: then there is none, and the episode is given up.
    /// </summary>
    /// <param name="step">The step that the environments have just taken.</param>
    public void Stepped(in VectorStep step)
    {
        step.Reward.CopyTo(rewards);
        step.FinalObservation.CopyTo(observations);
        for (int b = 0; b < envs.Lanes; b++)
        {
            first[b] = envs.Done[b];
            if (!first[b]) continue;
            if (!envs.Faulted[b])
                Write(b, [], rewards[b], first: false, last: true, terminal: envs.Terminated[b]);
            rewards[b] = 0;
        }
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<float>("rewards", rewards);
        writer.Write<bool>("first", first);
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        reader.Read<float>("rewards").CopyTo(rewards, 0);
        reader.Read<bool>("first").CopyTo(first, 0);
    }

    private void Write(int lane, ReadOnlySpan<float> action, float reward, bool first, bool last, bool terminal)
    {
        int size = spec.Observation.Size;
        observations.AsSpan(lane * size, size).CopyTo(row);
        var chosen = row.AsSpan(size, spec.Action.Size);
        chosen.Clear();
        action.CopyTo(chosen);
        row[^4] = reward;
        row[^3] = first ? 1 : 0;
        row[^2] = last ? 1 : 0;
        row[^1] = terminal ? 1 : 0;
        replay.Add(lane, row);
    }
}
