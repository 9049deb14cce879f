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
