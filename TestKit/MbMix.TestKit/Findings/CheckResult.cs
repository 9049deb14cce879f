namespace MbMix.TestKit;

/// <summary>How one check went.</summary>
/// <param name="Group">Group of the check.</param>
/// <param name="Name">Name of the check.</param>
/// <param name="Findings">What is wrong; empty if nothing is.</param>
public sealed record CheckResult(string Group, string Name, IReadOnlyList<Finding> Findings)
{
    /// <summary>
    /// Why the check does not apply to the subject, such as that it has no gradients, or was not judged because of what
    /// another check has found; null if it was made.
    /// </summary>
    public string? Skipped { get; init; }

    /// <summary>Something worth knowing, such as how many states were set aside; empty if there is nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>Wall-clock time of the check, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Why others that depend on this check cannot be judged; null if they can.</summary>
    internal string? Obstruction { get; init; }

    /// <summary>Whether nothing was found.</summary>
    public bool Passed => Findings.Count == 0;
}
