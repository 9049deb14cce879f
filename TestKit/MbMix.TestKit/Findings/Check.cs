using System.Diagnostics;

namespace MbMix.TestKit;

/// <summary>One check of a certification, which runs on its own.</summary>
public sealed class Check
{
    private readonly string subject;
    private readonly string expected;
    private readonly Action<Findings> body;
    private IReadOnlyList<Check> conditions = [];
    private CheckResult? last;

    internal Check(string subject, string group, string name, string expected, string hint, Action<Findings> body)
    {
        (this.subject, this.expected, this.body) = (subject, expected, body);
        (Group, Name, Hint) = (group, name, hint);
    }

    /// <summary>Group of the check, such as <c>start states</c>.</summary>
    public string Group { get; }

    /// <summary>Name of the check, unique within the certification.</summary>
    public string Name { get; }

    /// <summary>What to do about a finding.</summary>
    public string Hint { get; }

    /// <summary>Whether the checks after this one make no sense if it fails.</summary>
    public bool Essential { get; internal init; }

    /// <summary>
    /// What its findings mean for checks that are made on the condition that there are none; null if nothing.
    /// </summary>
    internal string? Obstruction { get; init; }

    /// <summary>How the check went when it was last run; it runs now if it has not.</summary>
    private CheckResult Result => last ?? Run();

    /// <summary>
    /// Runs the check. Whatever the subject throws is a finding. A check whose condition does not hold is skipped,
    /// because it would blame another part of the subject.
    /// </summary>
    public CheckResult Run() => last = Unjudged() is { } reason
        ? new CheckResult(Group, Name, []) { Skipped = CertificateText.Unjudged + reason }
        : Made();

    /// <summary>Adds conditions: checks that must not have found what obstructs this one.</summary>
    internal Check If(params IReadOnlyList<Check> others)
    {
        conditions = [.. conditions, .. others];
        return this;
    }

    private string? Unjudged() =>
        conditions.Select(condition => condition.Result.Obstruction).FirstOrDefault(reason => reason is not null);

    private CheckResult Made()
    {
        long start = Stopwatch.GetTimestamp();
        var findings = new Findings(subject, Hint);
        findings.Try(Name, expected, () => body(findings));
        return new CheckResult(Group, Name, findings.All)
        {
            Skipped = findings.All.Count == 0 ? findings.Skipped : null,
            Note = findings.Note,
            Obstruction = findings.All.Count == 0 || findings.Harmless ? null : Obstruction,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }
}
