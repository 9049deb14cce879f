namespace MbMix.Tests.Support;

internal sealed record HostCommandResult(int ExitCode, string Output, string Error)
{
    public string LastLine => Output.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Lines on standard error that report an error, without warnings about bundled plugins.</summary>
    public string[] Errors => [.. Error.Split('\n').Where(line => line.StartsWith("error:", StringComparison.Ordinal))];

    /// <summary>Lines on standard error that warn.</summary>
    public string[] Warnings => [.. Error.Split('\n').Where(line => line.StartsWith("warning:", StringComparison.Ordinal))];
}
