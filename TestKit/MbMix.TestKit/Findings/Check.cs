using System.Diagnostics;

namespace MbMix.TestKit;

/// <summary>One check of a certification, which runs on its own.</summary>
public sealed class Check
{
    private readonly string subject;
    private readonly string expected;
    private readonly Action<Findings> body;

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

    /// <summary>Runs the check. Whatever the subject throws is a finding.</summary>
    public CheckResult Run()
    {
        long start = Stopwatch.GetTimestamp();
        var findings = new Findings(subject, Hint);
        findings.Try(Name, expected, () => body(findings));
        return new CheckResult(Group, Name, findings.All)
        {
            Skipped = findings.All.Count == 0 ? findings.Skipped : null,
            Note = findings.Note,
            Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }
}
