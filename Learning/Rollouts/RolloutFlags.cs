namespace MbMix.Learning;

/// <summary>Where episodes end in a window of H steps and B lanes, time-major: step t of lane b is entry <c>t * B + b</c>.</summary>
public sealed class RolloutFlags
{
    /// <summary>Makes flags of a window in which nothing ends.</summary>
    /// <param name="horizon">Steps H.</param>
    /// <param name="lanes">Lanes B.</param>
    public RolloutFlags(int horizon, int lanes)
    {
        (Horizon, Lanes) = (horizon, lanes);
        Done = new bool[horizon * lanes];
        Valued = new bool[horizon * lanes];
        Valid = new bool[horizon * lanes];
        Array.Fill(Valued, true);
        Array.Fill(Valid, true);
    }

    /// <summary>Steps H of the window.</summary>
    public int Horizon { get; }

    /// <summary>Lanes B.</summary>
    public int Lanes { get; }

    /// <summary>Entries H*B.</summary>
    public int Size => Done.Length;

    /// <summary>The episode ended with this step.</summary>
    public bool[] Done { get; }

    /// <summary>The value after this step counts: false after a termination or a fault.</summary>
    public bool[] Valued { get; }

    /// <summary>The step is fine: false where the lane became invalid, so that its reward and the transition do not count.</summary>
    public bool[] Valid { get; }

    /// <summary>Whether any step of the window is invalid.</summary>
    public bool AnyInvalid => Array.IndexOf(Valid, false) >= 0;

    /// <summary>The flags of the first steps.</summary>
    /// <param name="horizon">Steps to keep, at most H.</param>
    public RolloutFlags First(int horizon)
    {
        var first = new RolloutFlags(horizon, Lanes);
        Done.AsSpan(0, first.Size).CopyTo(first.Done);
        Valued.AsSpan(0, first.Size).CopyTo(first.Valued);
        Valid.AsSpan(0, first.Size).CopyTo(first.Valid);
        return first;
    }

    /// <summary>Writes down how step <paramref name="t"/> ended.</summary>
    /// <param name="t">Step of the window.</param>
    /// <param name="envs">The lanes that have just made it.</param>
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

    /// <summary>The rows of valid steps, in order: what may be learned from.</summary>
    /// <param name="rows">One row per entry, <c>[H*B, ...]</c>.</param>
    /// <returns>The same tensor where every step is valid, else a copy of the valid rows in the caller's scope.</returns>
    public Tensor ValidRows(Tensor rows)
    {
        if (!AnyInvalid) return rows;
        long[] index = [.. Enumerable.Range(0, Size).Where(i => Valid[i])];
        using var indices = torch.tensor(index);
        return rows.index_select(0, indices);
    }
}
