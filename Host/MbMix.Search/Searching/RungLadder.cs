namespace MbMix.Search;

/// <summary>
/// The rungs of successive halving: trials are measured after fewer steps than the whole budget, and only the best go
/// on. Without early stopping there is one rung, the budget itself.
/// </summary>
public sealed class RungLadder
{
    /// <summary>Creates the rungs.</summary>
    /// <param name="budget">Steps of a whole training.</param>
    /// <param name="eta">One in this many trials goes on to the next rung, with this many times the steps.</param>
    /// <param name="rungs">Number of rungs.</param>
    public RungLadder(long budget, int eta, int rungs)
    {
        Eta = eta;
        long divisions = 1;
        for (int i = 1; i < rungs; i++) divisions *= eta;
        Divisions = divisions;
        long[] steps = new long[rungs];
        for (int i = rungs - 1; i >= 0; i--, divisions /= eta)
        {
            // rounded up, so that a training that is evaluated at every such part of its budget is evaluated here
            steps[rungs - 1 - i] = (long)(((Int128)budget + divisions - 1) / divisions);
        }
        Steps = steps;
    }

    /// <summary>One in this many trials goes on to the next rung.</summary>
    public int Eta { get; }

    /// <summary>Number of parts of the budget, of which the lowest rung is one.</summary>
    public long Divisions { get; }

    /// <summary>Steps of each rung, from the lowest to the whole budget.</summary>
    public IReadOnlyList<long> Steps { get; }

    /// <summary>Position of the highest rung.</summary>
    public int Top => Steps.Count - 1;
}
