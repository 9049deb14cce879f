namespace MbMix.Tests.Support;

/// <summary>Marks what a test does by means of POSIX alone: shells, signals, limits, pipes and devices.</summary>
internal static class Posix
{
    /// <summary>Skips the running test on Windows.</summary>
    public static void Require() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a POSIX system, for its shell, signals or devices");
}
