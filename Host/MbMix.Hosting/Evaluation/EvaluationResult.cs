namespace MbMix.Hosting;

/// <summary>What the deterministic policy reached.</summary>
/// <param name="Returns">Undiscounted return of every episode.</param>
/// <param name="Lengths">Steps of every episode.</param>
/// <param name="Faults">Episodes that ended because their lane became invalid; they count with what they had.</param>
public sealed record EvaluationResult(IReadOnlyList<double> Returns, IReadOnlyList<int> Lengths, int Faults)
{
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
