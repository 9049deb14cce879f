namespace MbMix.TestKit;

/// <summary>
/// Checks what <see cref="IPolicyOptimizer"/> promises of every algorithm: reports that say what was done, a policy
/// that stays within bounds, seeds and checkpoints that decide everything, lanes that fault without poisoning the rest,
/// and learning.
/// </summary>
public static class AlgorithmCheck
{
    /// <summary>Lists the checks, in a sensible order. Each can be run on its own.</summary>
    /// <param name="subject">The algorithm.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Check> All(AlgorithmSubject subject, AlgorithmSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var s = settings ?? new AlgorithmSettings();
        return
        [
            new Check(
                subject.Id, "description", "creation", "an algorithm with a policy",
                "The factory must return a new algorithm each time, and the policy must exist from the start.",
                f => Creation(subject, f))
            {
                Essential = true,
            },
            .. ReportChecks.Of(subject, s), .. PolicyChecks.Of(subject, s), .. RunChecks.Of(subject, s),
            .. LearningChecks.Of(subject, s),
        ];
    }

    /// <summary>Names of all checks, for test frameworks that need them before there is an algorithm.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. All(new AlgorithmSubject(
            "", _ => throw new NotSupportedException(), () => throw new NotSupportedException())).Select(c => c.Name),
    ];

    /// <summary>Runs all checks.</summary>
    /// <param name="subject">The algorithm.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    /// <param name="progress">Told how each check went; null for nobody.</param>
    /// <param name="cancellationToken">Ends the certification between two checks.</param>
    public static Certificate Certify(
        AlgorithmSubject subject,
        AlgorithmSettings? settings = null,
        Action<CheckResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return Certificate.Run(subject.Id, "algorithm", All(subject, settings), progress, cancellationToken);
    }

    private static void Creation(AlgorithmSubject subject, Findings findings)
    {
        // before it is blamed on the checks that dispose their algorithms
        if (!findings.Try("Dispose", "a return", () => new AlgorithmRun(subject, seed: 3).Dispose())) return;
        using var run = new AlgorithmRun(subject, seed: 3);
        findings.Require(run.Optimizer is not null, "creation", "null", "an algorithm");
        if (run.Optimizer is null) return;
        findings.Require(run.Optimizer.Policy is not null, "Policy", "null", "a policy");
        using var another = new AlgorithmRun(subject, seed: 3);
        findings.Require(
            !ReferenceEquals(another.Optimizer, run.Optimizer), "second creation", "the same object",
            "a new algorithm each time");
    }
}
