using Xunit;

namespace MbMix.TestKit.Xunit;

/// <summary>Runs a check as a test.</summary>
internal static class CheckAssert
{
    /// <summary>
    /// Runs the check of a name; what it finds fails the test, and a check that does not apply skips it.
    /// </summary>
    public static void Pass(IEnumerable<Check> checks, string name)
    {
        var result = checks.Single(c => c.Name == name).Run();
        if (result.Skipped is { } reason) Assert.Skip(reason);
        if (!result.Passed) Assert.Fail(string.Join('\n', result.Findings));
    }
}
