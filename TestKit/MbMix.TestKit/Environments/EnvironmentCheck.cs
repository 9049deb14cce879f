namespace MbMix.TestKit;

/// <summary>
/// Checks what <see cref="IDifferentiableEnv"/> and the interfaces that extend it promise of every environment:
/// description, start states that depend on their keys alone, steps that depend on their arguments alone, lanes that do
/// not influence each other, outputs that the caller owns, faults that are reported, derivatives that are those of the
/// values, memory that is given back.
/// </summary>
public static class EnvironmentCheck
{
    /// <summary>Lists the checks, in a sensible order. Each can be run on its own.</summary>
    /// <param name="subject">The environment; it must outlive the checks.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    public static IReadOnlyList<Check> All(EnvironmentSubject subject, EnvironmentSettings? settings = null)
    {
        var s = settings ?? new EnvironmentSettings();
        // what the checks that follow would otherwise be blamed for
        Check shapes = OutputChecks.Shapes(subject, s), play = FaultChecks.Play(subject, s).If(shapes);
        Check[] usable = [shapes], finite = [shapes, play];
        var purity = All(PurityChecks.Of(subject, s), finite);
        Check[] pure = [.. finite, .. purity];
        return
        [
            .. DescriptionChecks.Of(subject), shapes, play, .. All(StartChecks.Of(subject, s), usable),
            .. All(OutputChecks.Of(subject, s), usable), .. purity, .. All(TaskChecks.Of(subject, s), finite),
            .. All(LaneChecks.Of(subject, s), pure), .. All(FaultChecks.Of(subject, s), pure),
            .. All(OutcomeChecks.Of(subject, s), pure), .. All(GradientChecks.Of(subject, s), pure),
            .. All(InvarianceChecks.Of(subject, s), pure), .. All(ThreadChecks.Of(subject, s), pure),
            .. All(LeakChecks.Of(subject, s), usable), PurityChecks.Late(subject, s).If(pure),
        ];

        static Check[] All(IEnumerable<Check> checks, Check[] conditions) =>
            [.. checks.Select(check => check.If(conditions))];
    }

    /// <summary>Names of all checks, for test frameworks that need them before there is an environment.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. All(new EnvironmentSubject("", _ => throw new NotSupportedException())).Select(c => c.Name)];

    /// <summary>Runs all checks.</summary>
    /// <param name="subject">The environment.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    /// <param name="progress">Told how each check went; null for nobody.</param>
    /// <param name="cancellationToken">Ends the certification between two checks.</param>
    public static Certificate Certify(
        EnvironmentSubject subject,
        EnvironmentSettings? settings = null,
        Action<CheckResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return Certificate.Run(subject.Id, "environment", All(subject, settings), progress, cancellationToken);
    }

    /// <summary>Runs the checks that need no more than one instance.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="settings">Settings; null for the defaults.</param>
    /// <returns>What is wrong; empty if nothing is.</returns>
    public static IReadOnlyList<Finding> Run(IDifferentiableEnv env, EnvironmentSettings? settings = null)
    {
        using var subject = new EnvironmentSubject(env);
        return [.. Certify(subject, settings).Findings];
    }

    internal static (Tensor State, Tensor Action) Point(IDifferentiableEnv env, EnvironmentSettings s) =>
        Probes.Moving(env, s.Lanes, s.Steps, s.Seed);
}
