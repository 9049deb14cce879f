namespace MbMix.Learning;

/// <summary>
/// The last windows of the environment, raw, for a critic that is fitted to all of them. Rewards and states of earlier
/// windows are those of earlier policies; their targets are computed afresh from the present target critic.
/// </summary>
/// <param name="capacity">Largest number of windows.</param>
internal sealed class CriticReplay(int capacity) : ICheckpointed
{
    private readonly List<Window> windows = [];

    /// <summary>The windows, the newest last.</summary>
    public IReadOnlyList<Window> Windows => windows;

    /// <summary>Adds a window, in place of the oldest one if there are too many.</summary>
    /// <param name="window">A window that kept its raw observations.</param>
    public void Add(RolloutWindow window)
    {
        if (windows.Count == capacity) windows.RemoveAt(0);
        var (before, after) = window.RawObservations;
        windows.Add(new Window(
            before.Values<float>().ToArray(), after.Values<float>().ToArray(),
            window.Rewards.Values<float>().ToArray(), window.Flags));
    }

    /// <inheritdoc/>
    public void Save(ICheckpointWriter writer)
    {
        writer.Write<long>("windows", [windows.Count]);
        for (int k = 0; k < windows.Count; k++)
        {
            var (section, window) = (writer.Section(Name(k)), windows[k]);
            section.Write<float>("observations", window.Observations);
            section.Write<float>("final_observations", window.FinalObservations);
            section.Write<float>("rewards", window.Rewards);
            section.Write<long>("horizon", [window.Flags.Horizon]);
            section.Write<byte>("flags", window.Flags.ToBytes());
        }
    }

    /// <inheritdoc/>
    public void Load(ICheckpointReader reader)
    {
        windows.Clear();
        long count = reader.Read<long>("windows")[0];
        for (int k = 0; k < count; k++)
        {
            var section = reader.Section(Name(k));
            windows.Add(new Window(
                section.Read<float>("observations"), section.Read<float>("final_observations"),
                section.Read<float>("rewards"),
                RolloutFlags.FromBytes(section.Read<byte>("flags"), (int)section.Read<long>("horizon")[0])));
        }
    }

    private static string Name(int k) => FormattableString.Invariant($"window-{k}");

    /// <summary>One window of H steps in B lanes, time-major.</summary>
    /// <param name="Observations">Observations that were acted on, <c>[H*B, O]</c>.</param>
    /// <param name="FinalObservations">Observations after each step, before any reset, <c>[H*B, O]</c>.</param>
    /// <param name="Rewards">Scaled rewards <c>[H*B]</c>.</param>
    /// <param name="Flags">How each step ended.</param>
    public sealed record Window(float[] Observations, float[] FinalObservations, float[] Rewards, RolloutFlags Flags);
}
