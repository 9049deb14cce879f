namespace MbMix.Hosting;

/// <summary>Returns and lengths of the episodes of an evaluation.</summary>
/// <param name="Returns">Undiscounted return of every episode.</param>
/// <param name="Lengths">Number of steps of every episode.</param>
/// <param name="Faults">
/// Number of episodes that ended because their lane became invalid; they count with the return they had until then.
/// </param>
public sealed record EvaluationResult(IReadOnlyList<double> Returns, IReadOnlyList<int> Lengths, int Faults)
{
    /// <summary>Why the first episode with a fault ended, in a few words; null if there is none.</summary>
    public string? FaultReason { get; init; }

    /// <summary>Says how many episodes ended with a fault, and why, in one line; null if there are none.</summary>
    public string? DescribeFaults() => Faults == 0
        ? null
        : $"{Faults} of {Returns.Count} evaluation episodes ended with a fault and count with the return they had: "
            + (FaultReason ?? "the reason is not known.");

    /// <summary>
    /// Why the evaluation says nothing about the policy, in one line: every episode ended with a fault. Null if it
    /// says something.
    /// </summary>
    public string? Failure => Faults == 0 || Faults < Returns.Count
        ? null
        : $"Every episode of the evaluation ended with a fault: {FaultReason ?? "the reason is not known."}";

    /// <summary>Mean return.</summary>
    public double Mean => Returns.Average();

    /// <summary>Median return.</summary>
    public double Median
    {
        get
        {
            double[] sorted = [.. Returns.Order()];
            int middle = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// <summary>Smallest return.</summary>
    public double Minimum => Returns.Min();

    /// <summary>Largest return.</summary>
    public double Maximum => Returns.Max();
}
