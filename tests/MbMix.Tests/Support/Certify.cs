using MbMix.TestKit;

namespace MbMix.Tests.Support;

/// <summary>Certifications as assertions.</summary>
internal static class Certify
{
    /// <summary>Nothing may have been found.</summary>
    public static void Sound(IReadOnlyList<Finding> findings) =>
        Assert.True(findings.Count == 0, string.Join('\n', findings.Select(f => f.ToString())));

    /// <summary>Something must have been found, in one line each, and one line must contain a text.</summary>
    public static void Bites(IReadOnlyList<Finding> findings, string text)
    {
        Assert.All(findings, finding => Assert.DoesNotContain('\n', finding.ToString()));
        string all = string.Join('\n', findings.Select(f => f.ToString()));
        bool found = all.Contains(text, StringComparison.Ordinal);
        Assert.True(found, $"'{text}' is not among {findings.Count} findings:\n{all}");
    }
}
