namespace MbMix.Search;

/// <summary>A trial: a setting, measured with every seed of the search.</summary>
public sealed class Trial
{
    private readonly List<double> values = [], scores = [];
    private readonly Dictionary<(int Rung, long Seed), double> runs = [];

    internal Trial(int number, Setting setting, bool given) => (Number, Setting, IsGiven) = (number, setting, given);

    /// <summary>Number of the trial, from 0.</summary>
    public int Number { get; }

    /// <summary>The setting.</summary>
    public Setting Setting { get; }

    /// <summary>Whether somebody else has suggested the setting, and not the sampler of the search.</summary>
    public bool IsGiven { get; }

    /// <summary>The rung that the trial is on, or on its way to.</summary>
    public int Rung { get; internal set; }

    /// <summary>Stage of the trial.</summary>
    public TrialStage Stage { get; private set; } = TrialStage.Running;

    /// <summary>Values at the rungs reached so far.</summary>
    public IReadOnlyList<double> Values => values;

    /// <summary>The latest value; NaN if there is none.</summary>
    public double Value => values.Count == 0 ? double.NaN : values[^1];

    /// <summary>Why the trial failed, in one line; null if it has not.</summary>
    public string? Reason { get; private set; }

    /// <summary>The values, turned so that more is better.</summary>
    internal IReadOnlyList<double> Scores => scores;

    /// <summary>Returns the value of one seed at a rung; null if there is none yet.</summary>
    public double? RunValue(int rung, long seed) =>
        runs.TryGetValue((rung, seed), out double value) ? value : null;

    internal void SetRun(int rung, long seed, double value) => runs[(rung, seed)] = value;

    internal void Reach(double value, double score, int top)
    {
        values.Add(value);
        scores.Add(score);
        Stage = Rung == top ? TrialStage.Finished : TrialStage.Paused;
    }

    internal void GoOn()
    {
        Rung++;
        Stage = TrialStage.Running;
    }

    internal void Fail(string reason) => (Stage, Reason) = (TrialStage.Failed, reason);
}
