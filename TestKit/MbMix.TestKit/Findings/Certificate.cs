namespace MbMix.TestKit;

/// <summary>The certification of one component.</summary>
/// <param name="Subject">Id of the component.</param>
/// <param name="Kind">What it is: environment, model or algorithm.</param>
/// <param name="Results">How its checks went, in order.</param>
public sealed record Certificate(string Subject, string Kind, IReadOnlyList<CheckResult> Results)
{
    /// <summary>Why the component could not be certified on this machine; null if it could.</summary>
    public string? Unavailable { get; init; }

    /// <summary>Number of checks that apply to the component.</summary>
    public int Count => Results.Count(r => r.Skipped is null);

    /// <summary>Number of checks in which nothing was found.</summary>
    public int Passed => Results.Count(r => r.Skipped is null && r.Passed);

    /// <summary>Whether nothing was found in any check, and there were checks.</summary>
    public bool IsSound => Count > 0 && Passed == Count;

    /// <summary>Wall-clock time of all checks, in seconds.</summary>
    public double Seconds => Results.Sum(r => r.Seconds);

    /// <summary>Everything that was found, in order.</summary>
    public IEnumerable<Finding> Findings => Results.SelectMany(r => r.Findings);

    /// <summary>Runs checks in order. Those after an essential one that fails are findings too.</summary>
    /// <param name="subject">Id of the component.</param>
    /// <param name="kind">What it is: environment, model or algorithm.</param>
    /// <param name="checks">The checks.</param>
    /// <param name="progress">Told how each check went; null for nobody.</param>
    /// <param name="cancellationToken">Ends the certification between two checks.</param>
    /// <exception cref="OperationCanceledException">The certification was canceled.</exception>
    public static Certificate Run(
        string subject,
        string kind,
        IEnumerable<Check> checks,
        Action<CheckResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checks);
        var results = new List<CheckResult>();
        string? missing = null;
        foreach (var check in checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = missing is null
                ? check.Run()
                : new CheckResult(
                    check.Group, check.Name, [new(subject, check.Name, CertificateText.Unmade, "one", missing)]);
            if (missing is null && check.Essential && !result.Passed)
                missing = $"It was not checked, because '{check.Name}' failed.";
            results.Add(result);
            progress?.Invoke(result);
        }
        return new Certificate(subject, kind, results);
    }
}
