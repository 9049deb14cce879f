using MbMix.TestKit;

namespace MbMix.Tests.Support;

/// <summary>Certifications as assertions.</summary>
internal static class Certify
{
    /// <summary>Nothing may have been found.</summary>
    public static void Sound(IReadOnlyList<Finding> findings) =>
        Assert.True(findings.Count == 0, string.Join('\n', findings.Select(f => f.ToString())));

    /// <summary>Every finding is one line that a person can read at once.</summary>
    public static void Readable(IReadOnlyList<Finding> findings) => Assert.All(findings, finding =>
    {
        Assert.DoesNotContain('\n', finding.ToString());
        Assert.InRange(finding.ToString().Length, 20, 300);
        Assert.Contains(" came; expected ", finding.ToString(), StringComparison.Ordinal);
    });

    /// <summary>Something must have been found, in one line each, and one line must contain a text.</summary>
    public static void Bites(IReadOnlyList<Finding> findings, string text)
    {
        Readable(findings);
        string all = string.Join('\n', findings.Select(f => f.ToString()));
        bool found = all.Contains(text, StringComparison.Ordinal);
        Assert.True(found, $"'{text}' is not among {findings.Count} findings:\n{all}");
    }
}
