namespace MbMix.Learning;

/// <summary>
/// Says for each step of a window whether it ended an episode, whether its next value counts and whether it is valid.
/// The window has H steps and B lanes and is stored time-major: step t of lane b is entry <c>t * B + b</c>.
/// </summary>
public sealed class RolloutFlags
{
    /// <summary>Creates the flags of a window in which no episode ends and every step is valid.</summary>
    /// <param name="horizon">Number of steps H.</param>
    /// <param name="lanes">Number of lanes B.</param>
    public RolloutFlags(int horizon, int lanes)
    {
        (Horizon, Lanes) = (horizon, lanes);
        Done = new bool[horizon * lanes];
        Valued = new bool[horizon * lanes];
        Valid = new bool[horizon * lanes];
        Array.Fill(Valued, true);
        Array.Fill(Valid, true);
    }

    /// <summary>Number of steps H.</summary>
    public int Horizon { get; }

    /// <summary>Number of lanes B.</summary>
    public int Lanes { get; }

    /// <summary>Number of entries H*B.</summary>
    public int Size => Done.Length;

    /// <summary>Per entry: the step ended an episode.</summary>
    public bool[] Done { get; }

    /// <summary>
    /// Per entry: the value of the state after the step counts; false after a termination or a fault.
    /// </summary>
    public bool[] Valued { get; }

    /// <summary>
    /// Per entry: the step can be learned from; false if the lane became invalid, so that its reward and transition do
    /// not count.
    /// </summary>
    public bool[] Valid { get; }

    /// <summary>Whether any step of the window is invalid.</summary>
    public bool AnyInvalid => Array.IndexOf(Valid, false) >= 0;

    /// <summary>Copies the flags of the first steps.</summary>
    /// <param name="horizon">Number of steps to keep, at most H.</param>
    public RolloutFlags First(int horizon)
    {
        var first = new RolloutFlags(horizon, Lanes);
        Done.AsSpan(0, first.Size).CopyTo(first.Done);
        Valued.AsSpan(0, first.Size).CopyTo(first.Valued);
        Valid.AsSpan(0, first.Size).CopyTo(first.Valid);
        return first;
    }

    /// <summary>Packs the flags of each entry into a byte.</summary>
    internal byte[] ToBytes() =>
        [.. Enumerable.Range(0, Size).Select(i =>
            (byte)((Done[i] ? 1 : 0) | (Valued[i] ? 2 : 0) | (Valid[i] ? 4 : 0)))];

    /// <summary>Unpacks the flags.</summary>
    internal static RolloutFlags FromBytes(byte[] bytes, int horizon)
    {
        var flags = new RolloutFlags(horizon, bytes.Length / horizon);
        for (int i = 0; i < bytes.Length; i++)
        {
            (flags.Done[i], flags.Valued[i], flags.Valid[i]) =
                ((bytes[i] & 1) != 0, (bytes[i] & 2) != 0, (bytes[i] & 4) != 0);
        }
        return flags;
    }

    /// <summary>Joins the flags of windows with the same lanes, one after the other.</summary>
    internal static RolloutFlags Join(IReadOnlyList<RolloutFlags> windows)
    {
        var all = new RolloutFlags(windows.Sum(w => w.Horizon), windows[0].Lanes);
        int at = 0;
        foreach (var window in windows)
        {
            window.Done.CopyTo(all.Done, at);
            window.Valued.CopyTo(all.Valued, at);
            window.Valid.CopyTo(all.Valid, at);
            at += window.Size;
        }
        return all;
    }

    /// <summary>Records how step <paramref name="t"/> ended in each lane.</summary>
    /// <param name="t">Index of the step in the window.</param>
    /// <param name="envs">The environments that have just taken it.</param>
    public void Record(int t, VectorEnv envs)
    {
        for (int b = 0; b < Lanes; b++)
        {
            int i = t * Lanes + b;
            Done[i] = envs.Done[b];
            Valued[i] = !envs.Terminated[b] && !envs.Faulted[b];
            Valid[i] = !envs.Faulted[b];
        }
    }

    /// <summary>Selects the rows of valid steps, in order.</summary>
    /// <param name="rows">One row per entry, <c>[H*B, ...]</c>.</param>
    /// <returns>
    /// The same tensor if every step is valid; otherwise a copy of the valid rows, in the caller's dispose scope.
    /// </returns>
    public Tensor ValidRows(Tensor rows)
    {
        if (!AnyInvalid) return rows;
        long[] index = [.. Enumerable.Range(0, Size).Where(i => Valid[i])];
        using var indices = torch.tensor(index);
        return rows.index_select(0, indices);
    }
}
